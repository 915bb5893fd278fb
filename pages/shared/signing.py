"""Links for this browser session to the upload and download routes."""

import time
from pathlib import Path
from urllib.parse import quote

from curation.problems import Problem
from curation.web import links, uploads
from curation.web.routes import DOWNLOADS
from pages.shared import state
from pages.shared.session import held, person, session_id, workspace

DEFAULT_LIMIT_MB = 2048


def upload_limit() -> int:
    """Largest upload in bytes, from ``upload_limit_mb`` of the workspace's config.toml."""
    return int(float(workspace().config.get("upload_limit_mb", DEFAULT_LIMIT_MB)) * 1_000_000)


def upload_link() -> dict:
    """The link for one upload of this session: {token, url, made}.

    A new one when it is spent, or when half its time has gone and nothing arrives by it.
    """
    link = state.upload_link()
    if link and (time.time() - link["made"] < links.UPLOAD_SECONDS / 2 or _is_arriving(link["token"])):
        return link
    token = uploads.new_token()
    signed = held().links.sign("upload", session_id(), person(), token=token, limit=upload_limit())
    link = {"token": token, "url": f"upload?link={quote(signed)}", "made": time.time()}
    state.upload_link.set(link)
    return link


def _is_arriving(token: str) -> bool:
    return (held().folder("uploads") / f"{token}.part").exists()


def take_upload(name: str) -> dict:
    """The upload that the browser says is finished: {path, name, size, uploaded}. Problem when it is not there.

    Which file it is follows from the link that this session was given, not from what the browser says.
    """
    link = state.upload_link()
    state.upload_link.set(None)
    path = uploads.path_of(held().folder("uploads"), link["token"]) if link else None
    if path is None or not path.is_file():
        raise Problem("The upload did not arrive. Choose the file again.")
    name = Path(name.replace("\\", "/")).name or "upload"
    return {"path": str(path), "name": name, "size": path.stat().st_size, "uploaded": True}


def download_link(path: Path, name: str) -> str:
    """Address, relative to a page, of a file of the exports, for this session and a quarter of an hour."""
    relative = str(Path(path).relative_to(held().folder(DOWNLOADS)))
    signed = held().links.sign("download", session_id(), person(), path=relative, name=name)
    return f"download?link={quote(signed)}"


def new_download_folder() -> Path:
    """A fresh folder under the exports, for files that a link will lead to."""
    folder = held().folder(DOWNLOADS) / uploads.new_token()
    folder.mkdir()
    return folder
