"""Vårdflöde: from register deliveries to a checked warehouse, protected tables and publications."""
