"""A basket: how many of what, and the sum in cents."""


def total(prices, basket):
    return sum(prices[name] * count for name, count in basket.items())
