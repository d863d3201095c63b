import unittest
from contextlib import closing

import store


class ReviewsTest(unittest.TestCase):
    def test_stars_are_the_mean_of_the_reviews(self):
        with closing(store.connect(":memory:")) as database:
            store.migrate(database)
            database.execute("CREATE TABLE reviews (item TEXT, stars INTEGER)")
            database.executemany("INSERT INTO reviews VALUES (?, ?)", [("Honey", 5), ("Honey", 4)])
            self.assertEqual(store.stars(database, "Honey"), 4.5)
