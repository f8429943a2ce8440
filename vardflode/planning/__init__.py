"""What a planner asks of the forecast: scenarios, and how many to educate, in the terminal and as a page."""
