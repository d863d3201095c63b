import unittest

import stock


class StockTest(unittest.TestCase):
    def test_every_item_is_counted(self):
        self.assertEqual(stock.count([("tea", 320)]), {"tea": 13})
