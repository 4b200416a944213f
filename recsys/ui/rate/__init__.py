"""The page Rate: a visitor rates movies or imports ratings, and sees their list."""
