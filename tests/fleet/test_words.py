from collections.abc import Callable

import pytest
from pydantic_core import PydanticCustomError

from bot.fleet import words
from bot.fleet.words import placeholders

TAKEN = [
    (words.name, "shop"),
    (words.name, "shop-api.v2_x"),
    (words.name, "0"),
    (words.name, "a" * 40),
    (words.mention, "@oncall"),
    (words.mention, "U024BE7LH"),
    (words.mention, "W012A3CDE"),
    (words.channel, "#deploys"),
    (words.channel, "#déploiements"),
    (words.channel, "C024BE7LH"),
    (words.directory, "/srv/shop"),
    (words.directory, "apps/shop"),
    (words.directory, "/srv/with space"),
    (words.command, "npm ci\nnpm run build"),
    (words.url, "https://wiki.example.com/shop?a=b#c"),
    (words.url, "http://127.0.0.1:8080"),
    (words.template, "http://{host}:{APP_PORT}/healthz"),
    (words.template, "https://shop.example.com/a{{b}}"),
    (words.template, "http://[{host}]:8080/"),
    (words.repository, "https://github.com/acme/shop.git"),
    (words.repository, "git@github.com:acme/shop.git"),
    (words.repository, "/srv/git/shop.git"),
    (words.compare, "https://git.example.com/c/{old}/{new}"),
    (words.commit, "https://git.example.com/c/{sha}"),
    (words.glob, "1.4.2"),
    (words.glob, "v2.*"),
]
REFUSED = [
    (words.glob, "", "names no release", ""),
    (words.glob, "v2 v3", "names no release", ""),
    (words.glob, "v2\n", "names no release", ""),
    (words.name, "Shop", "not a usable name", "write shop"),
    (words.name, "my shop", "not a usable name", "write my-shop"),
    (words.name, "shop/api", "not a usable name", "write shop-api"),
    (words.name, "shop@1", "not a usable name", "write shop-1"),
    (words.name, "", "not a usable name", ""),
    (words.name, "-shop", "not a usable name", "write shop"),
    (words.name, "a" * 41, "not a usable name", ""),
    (words.name, "shop\n", "not a usable name", "write shop"),
    (words.name, "status", "a word of the commands", "status-service"),
    (words.name, "to", "a word of the commands", "to-service"),
    (words.name, "all", "a word of the commands", "all-service"),
    (words.name, "freeze", "a word of the commands", "freeze-service"),
    (words.mention, "oncall", "names nobody", 'write "@oncall"'),
    (words.mention, "@On Call", "names nobody", ""),
    (words.mention, "", "names nobody", ""),
    (words.mention, "U1", "names nobody", 'write "@u1"'),
    (words.channel, "deploys", "not a channel", 'write "#deploys"'),
    (words.channel, "# deploys", "not a channel", ""),
    (words.directory, "", "not a directory", ""),
    (words.directory, "/", "not a directory", ""),
    (words.directory, "/srv/../etc", "not a directory", ""),
    (words.directory, "./shop", "not a directory", ""),
    (words.directory, "/srv//shop", "not a directory", ""),
    (words.directory, "/srv/\x1bshop", "not a directory", ""),
    (words.directory, "~/shop", "~ is not filled in", "write shop"),
    (words.directory, "~", "~ is not filled in", ""),
    (words.command, "  \n", "not a command", ""),
    (words.command, "a\0b", "not a command", ""),
    (words.url, "wiki.example.com", "not a web address", "write https://wiki.example.com"),
    (words.url, "ftp://wiki.example.com", "not a web address", ""),
    (words.url, "https://", "not a web address", ""),
    (words.url, "https://a:99999/", "not a web address", ""),
    (words.url, "https://[::1/", "not a web address", ""),
    (words.url, "https://a b/", "not a web address", ""),
    (words.template, "http://{host:/", "unmatched brace", ""),
    (words.template, "http://{host.name}/", "other than a name", ""),
    (words.template, "http://{}/", "other than a name", ""),
    (words.template, "http://{0}/", "other than a name", ""),
    (words.template, "http://{host!r}/", "other than a name", ""),
    (words.template, "{host}/healthz", "not a web address", "write https://{host}/healthz"),
    (words.repository, "--upload-pack=touch /tmp/x", "not a repository", ""),
    (words.repository, "ext::sh -c touch", "not a repository", ""),
    (words.repository, " ", "not a repository", ""),
    (words.compare, "https://git.example.com/{old}", "needs {old} and {new}", ""),
    (words.compare, "https://git.example.com/{old}{new}{sha}", "needs {old} and {new}", ""),
    (words.commit, "https://git.example.com/", "needs {sha}", ""),
]


@pytest.mark.parametrize(("word", "value"), TAKEN)
def test_a_sound_word_is_taken_as_it_stands(word: Callable[[str], str], value: str) -> None:
    assert word(value) == value


@pytest.mark.parametrize(("word", "value", "what", "hint"), REFUSED)
def test_a_bad_word_is_refused_with_the_way_out(word: Callable[[str], str], value: str, what: str, hint: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        word(value)
    context = refused.value.context or {}
    assert what in context["what"]
    assert hint in context["hint"]


def test_a_slash_at_the_end_of_a_directory_is_dropped() -> None:
    assert words.directory("/srv/shop/") == "/srv/shop"


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("http://{host}:{PORT}/{PORT}", {"host", "PORT"}),
        ("https://a/{{not}}", set()),
        ("https://a/", set()),
    ],
)
def test_the_names_in_braces_are_found(template: str, names: set[str]) -> None:
    assert placeholders(template) == names
