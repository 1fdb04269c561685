"""How this installation is deployed. How the practice works is in the database."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SmtpSettings(BaseModel):
    """Where e-mail leaves. Without a host nothing is sent, and the outbox says so."""

    model_config = ConfigDict(frozen=True)

    host: str | None = Field(None, description="SMTP server; empty means that no e-mail is sent.")
    port: int = Field(587, ge=1, le=65535, description="SMTP port.")
    starttls: bool = Field(True, description="Upgrade the connection with STARTTLS and verify the certificate.")
    username: str | None = Field(None, description="SMTP user name.")
    password: SecretStr | None = Field(None, description="SMTP password.")
    sender: str = Field("osler@localhost", description="Address in the From header.")
    timeout_s: float = Field(20, gt=0, le=120, description="Seconds until an SMTP conversation is given up.")


class SessionSettings(BaseModel):
    """How long a browser session lives."""

    model_config = ConfigDict(frozen=True)

    staff_idle: timedelta = Field(timedelta(minutes=15), description="A staff session ends after this long unused.")
    patient_idle: timedelta = Field(timedelta(minutes=30), description="A patient session ends after this long unused.")
    visitor_idle: timedelta = Field(timedelta(hours=24), description="An anonymous visit ends after this long unused.")
    absolute: timedelta = Field(timedelta(hours=12), description="Any signed-in session ends after this long.")
    require_staff_totp: bool = Field(True, description="Staff without a second factor may only enrol one.")


class Settings(BaseSettings):
    """Read from `OSLER_*` environment variables; nested groups use two underscores (`OSLER_SMTP__HOST`)."""

    model_config = SettingsConfigDict(env_prefix="OSLER_", env_nested_delimiter="__", frozen=True, extra="ignore")

    database_url: str | None = Field(
        None, description="An external PostgreSQL 16+, as `postgresql://…`; empty means the embedded one."
    )
    postgres_bin: Path | None = Field(None, description="A PostgreSQL 16+ `bin` directory for the embedded database.")
    data_dir: Path = Field(Path("var"), description="Where the embedded database, keys and files live.")
    key_file: Path | None = Field(None, description="The key file; empty means `keys.json` in the data directory.")
    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the API listens on.")
    public_url: str | None = Field(None, description="Address users type, for links and origin checks.")
    web_dist: Path | None = Field(None, description="The built web application; empty means `web/dist` if present.")
    trusted_proxies: tuple[str, ...] = Field((), description="Addresses whose X-Forwarded-For is believed.")
    pool_size: int = Field(10, ge=1, le=200, description="Database connections per process.")
    worker_concurrency: int = Field(4, ge=1, le=64, description="Jobs that one worker runs at the same time.")
    realert_after: timedelta = Field(
        timedelta(seconds=60), description="An unacknowledged emergency alerts again, to all staff, after this long."
    )
    max_body_bytes: int = Field(262_144, ge=16_384, description="Largest request body, in bytes.")
    request_timeout_s: float = Field(10, gt=0, le=120, description="Seconds a client has to send its request body.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least severe log line written.")
    log_json: bool = Field(True, description="Write logs as JSON lines instead of aligned text.")
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="Bearer token for GET /api/metrics; empty means administrators only."
    )
    otlp_endpoint: str | None = Field(None, description="OpenTelemetry collector (HTTP); empty means no traces leave.")
    smtp: SmtpSettings = Field(default_factory=SmtpSettings, description="Outgoing e-mail.")
    sessions: SessionSettings = Field(default_factory=SessionSettings, description="Browser sessions.")

    @property
    def origin(self) -> str:
        """The origin browsers use, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether users arrive over TLS, so that cookies can carry the `__Host-` prefix."""
        return self.origin.startswith("https://")

    @property
    def keys_path(self) -> Path:
        return self.key_file or self.data_dir / "keys.json"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read on first use."""
    return Settings()
