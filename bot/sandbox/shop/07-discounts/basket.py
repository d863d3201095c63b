"""A basket: how many of what, and the sum in cents; ten of a kind are a tenth cheaper."""


def total(prices, basket):
    return sum(cost(prices[name], count) for name, count in basket.items())


def cost(cents, count):
    sum_ = cents * count
    return sum_ - sum_ // 10 if count > 10 else sum_
