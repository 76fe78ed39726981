from pathlib import Path
from typing import cast

import pytest

from evaluation.bench_serving import measure
from evaluation.prompts import record_requests
from gateway.settings import Settings
from pilots.registry import find_pilot, load_pilots
from tests.evaluation.test_dataset import CASE, write_cases
from tests.serving.endpoint import DONE, chunk, serve_endpoint, sse, streamed, usage_chunk

QUESTIONS = ("Vəsiqəm itib, təzəsi neçəyədir?", "İtmiş vəsiqə üçün hansı sənədlər lazımdır?", "Plov necə bişirilir?")


@pytest.mark.model
@pytest.mark.usefixtures("data_dir")
async def test_the_same_prompts_go_to_all_three_and_the_ratios_are_to_vllms_own_server(fee_pilot: str, tmp_path: Path) -> None:
    write_cases(tmp_path / "pilots" / fee_pilot / "cases.jsonl", *(CASE | {"id": f"c-{n}", "question": text} for n, text in enumerate(QUESTIONS)))
    with serve_endpoint() as direct, serve_endpoint() as ray:
        for endpoint in (direct, ray):
            endpoint.reply = streamed(
                sse(chunk('{"verdict": "cannot_answer", "sentences": []}')), sse(chunk(None, "stop")), sse(usage_chunk(5, 3)), DONE
            )
        settings = Settings(chat_url=ray.base_url, chat_model="m", log_level="warning")
        pilot = find_pilot(load_pilots(*settings.pilot_folders), fee_pilot)
        figures = await measure(settings, pilot, direct_url=direct.base_url, count=5, rounds=1)
    assert figures["questions"] == 2
    ratios = cast("dict[str, float]", figures["ratios"])
    assert ratios.keys() == {"ray_ttft_ms_p50", "ray_tokens_per_s", "gateway_ttft_ms_p50", "gateway_tokens_per_s"}
    assert all(value > 0 for value in ratios.values())
    asked = [str(body["messages"]) for body in direct.received]
    assert len(set(asked)) == 2
    assert set(asked) <= {str(body["messages"]) for body in ray.received}


@pytest.mark.model
@pytest.mark.usefixtures("data_dir")
async def test_prompts_are_recorded_until_there_are_enough_and_questions_without_one_are_left_out(fee_pilot: str) -> None:
    settings = Settings(chat_url="http://127.0.0.1:9/v1", chat_model="m")
    pilot = find_pilot(load_pilots(*settings.pilot_folders), fee_pilot)
    recorded = await record_requests(settings, pilot, QUESTIONS[::-1], count=1)
    assert [question for question, _ in recorded] == [QUESTIONS[1]]
    assert QUESTIONS[1] in recorded[0][1].messages[-1].content
    with pytest.raises(ValueError, match="no model"):
        await record_requests(settings.model_copy(update={"chat_url": None}), pilot, QUESTIONS, count=1)
