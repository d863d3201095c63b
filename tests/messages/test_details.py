from dataclasses import replace

from bot.messages.details import details_view
from bot.messages.words import escape
from bot.model import DeployState, HostState, Step
from bot.records import HostLine
from tests.building import HOSTILE, a_deploy, a_plan, a_view, healthy, lines, names, said, view_faults

FAILED = HostLine("web2", 1, HostState.UNCHANGED, Step.TEST, "a" * 40, "test ended with status 1", "1 != 2")


def test_hosts_with_output_come_first_then_those_with_words() -> None:
    deploy = a_deploy(state=DeployState.FAILED, reason="Batch 2 of 3: web2: test ended with status 1")
    lost = HostLine("web4", 2, HostState.UNKNOWN, detail="no connection")
    known = {"web1": healthy("web1"), "web2": FAILED, "web4": lost}
    view = details_view(a_view(deploy, lines(deploy.plan, known), {}))
    assert said(view["blocks"]).splitlines()[1:] == [
        "*web2* at test · unchanged: test ended with status 1",
        *["```", "1 != 2", "```"],
        "*web4* · unknown: no connection",
        "*web1* · healthy after 3.2 s",
        "*web3* · waiting",
    ]
    assert view["title"]["text"] == "Deploy 41"
    assert said([view["blocks"][0]]).startswith("*✗ Deploy 41 · shop 1.4.2 → production failed at Batch 2 of 3")
    assert view_faults(view) == []


def test_two_hundred_hosts_with_long_output_stay_inside_slacks_limits() -> None:
    deploy = a_deploy(a_plan(200), DeployState.FAILED, number=10**9, reason=escape(HOSTILE * 400))
    known = {name: replace(FAILED, host=name, detail=HOSTILE * 100, tail=HOSTILE * 1000) for name in names(200)}
    view = details_view(a_view(deploy, lines(deploy.plan, known), {}))
    assert view_faults(view) == []
    assert said(view["blocks"]).splitlines()[-1] == "and 170 more hosts"
    assert "<!channel>" not in said(view["blocks"])
