import unittest
from contextlib import closing

import page
import store


class StoreTest(unittest.TestCase):
    def test_a_new_database_has_the_catalogue(self):
        with closing(store.connect(":memory:")) as database:
            store.migrate(database)
            self.assertEqual(len(store.items(database)), 4)

    def test_the_catalogue_shows_prices(self):
        self.assertIn("2.80", page.catalogue([("Bread", 280)]))
