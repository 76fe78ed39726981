import pytest

from pilots.errors import StageChangeRefused
from pilots.stages import Stage, StageAction, next_stage

ALLOWED: dict[tuple[str, Stage], Stage] = {
    ("promote", "draft"): "live",
    ("promote", "live"): "live",
    ("stop", "live"): "stopped",
    ("resume", "stopped"): "live",
    ("rollback", "live"): "draft",
    ("rollback", "stopped"): "draft",
}


@pytest.mark.parametrize("action", StageAction)
@pytest.mark.parametrize("stage", ["draft", "live", "stopped"])
def test_a_stage_changes_only_as_the_table_says(action: StageAction, stage: Stage) -> None:
    expected = ALLOWED.get((action.value, stage))
    if expected is not None:
        assert next_stage(action, stage) == expected
    else:
        with pytest.raises(StageChangeRefused, match=f"the pilot is {stage}"):
            next_stage(action, stage)
