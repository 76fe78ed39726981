"""korpu pilots"""

import json

from rich.console import Console
from rich.table import Table

from gateway.settings import load_settings
from pilots.registry import load_pilots


def list_pilots(*, as_json: bool) -> None:
    manifests = [pilot.manifest for pilot in load_pilots(*load_settings().pilot_folders).values()]
    if as_json:
        print(json.dumps([manifest.model_dump(mode="json") for manifest in manifests], ensure_ascii=False, indent=2))
        return
    table = Table("pilot", "stage", "audience", "languages", "title")
    for manifest in manifests:
        table.add_row(manifest.name, manifest.stage, manifest.audience, " ".join(manifest.languages), manifest.title.az)
    Console().print(table)
