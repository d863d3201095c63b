import unittest

import basket


class DiscountTest(unittest.TestCase):
    def test_nine_of_a_kind_cost_what_they_cost(self):
        self.assertEqual(basket.cost(280, 9), 2520)

    def test_ten_of_a_kind_are_a_tenth_cheaper(self):
        self.assertEqual(basket.cost(280, 10), 2520)
