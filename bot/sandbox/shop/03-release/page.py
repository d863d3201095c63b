"""The page, drawn from page.html."""

import os
from html import escape
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent


def release():
    return (ROOT / "VERSION").read_text().strip()


def catalogue(items):
    lines = [f"<li><span>{escape(name)}</span><span>{cents / 100:.2f}</span></li>" for name, cents in items]
    return f"<ul>{''.join(lines)}</ul>"


def footer():
    return f"<p><small>served by {escape(os.environ.get('POINTSMAN_HOST', 'this host'))}</small></p>"


def render(body):
    template = Template((ROOT / "page.html").read_text())
    return template.substitute(release=release(), body=body + footer())
