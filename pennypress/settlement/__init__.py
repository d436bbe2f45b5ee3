"""What each kind of money does when it arrives: the one page where all consequences are read."""
