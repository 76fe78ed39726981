from gateway.policy import Role
from tests.gateway.conftest import Running


async def test_a_monitor_reads_metrics_and_may_do_nothing_else(stranger: Running) -> None:
    client, gateway = stranger
    monitor = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.MONITOR)}"}
    response = await client.get("/metrics", headers=monitor)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert (await client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}, headers=monitor)).status_code == 403
    assert (await client.get("/v1/models", headers=monitor)).status_code == 403


async def test_a_key_for_one_pilot_reads_no_figures_of_all(stranger: Running) -> None:
    client, gateway = stranger
    for role in (Role.MONITOR, Role.ADMIN):
        key = {"authorization": f"Bearer {await gateway.credentials.keys.create(role, pilots=('citizen_chat',))}"}
        assert (await client.get("/metrics", headers=key)).status_code == 403


async def test_what_a_caller_makes_up_is_no_label(stranger: Running) -> None:
    client, gateway = stranger
    monitor = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.MONITOR)}"}
    await client.request("UYDURMA", "/uydurma/yol")
    scraped = (await client.get("/metrics", headers=monitor)).text
    assert 'http_request_method="_OTHER",http_response_status_code="404",http_route="unmatched"' in scraped
    assert "uydurma" not in scraped.lower()
