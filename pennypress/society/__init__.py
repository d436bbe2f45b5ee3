"""The co-operative itself: registered particulars, the rulebook as dated data, officers."""
