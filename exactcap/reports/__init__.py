"""What people read: explanations and tables. Nothing here computes."""
