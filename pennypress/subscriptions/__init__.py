"""What a subscription buys: the paper's own products, who has which from when to when, and who may read the e-paper."""
