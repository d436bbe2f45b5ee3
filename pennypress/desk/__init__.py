"""Staff screens in the Wagtail admin: treasurer, secretary, editor. Pages and forms; no rules."""
