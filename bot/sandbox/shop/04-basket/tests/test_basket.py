import unittest

import basket


class BasketTest(unittest.TestCase):
    def test_the_total_counts_every_piece(self):
        self.assertEqual(basket.total({"Bread": 280, "Honey": 540}, {"Bread": 2, "Honey": 1}), 1100)

    def test_an_empty_basket_costs_nothing(self):
        self.assertEqual(basket.total({"Bread": 280}, {}), 0)
