import unittest

import page


class PageTest(unittest.TestCase):
    def test_it_names_the_release(self):
        self.assertIn(f"release {page.release()}", page.render(""))

    def test_it_shows_the_body(self):
        self.assertIn("<p>hello</p>", page.render("<p>hello</p>"))
