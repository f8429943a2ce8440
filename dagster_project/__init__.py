"""Vårdflöde: from health-care education to the workforce, on one command."""
