"""Alerts from elsewhere: each sender's words as Reports, where they belong, and what is new in them."""
