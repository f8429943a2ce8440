"""Deliveries: read, held against the contract, bad rows set aside."""
