"""A page that fails unexpectedly shows a sentence and no internals."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _failing() -> None:
    from recsys.ui.common import error_page

    assert error_page.show(ValueError("/private/path secret")) is True


def test_a_visitor_sees_a_sentence_and_no_traceback():
    app = AppTest.from_function(_failing, default_timeout=20).run()
    assert not app.exception
    assert "Reload the page" in app.error[0].value
    assert "secret" not in str(app.main)
