"""Subscriptions: a handler is given every entry, in order, and what it writes stands once."""
