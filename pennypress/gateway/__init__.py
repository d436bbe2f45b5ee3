"""The providers' door: webhooks in, raw events kept, the sandbox's payment page. Calls settlement."""
