"""The HTTP routes beside the pages: health, upload, download, and those of the entrance."""

import mimetypes
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from curation.problems import Problem
from curation.web import links, uploads
from curation.web.entrance import ROUTES as ENTRANCE
from curation.web.failures import sentence
from curation.web.identity import require_person
from curation.web.running import running

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Referrer-Policy": "no-referrer",
}
TYPES = {
    ".jsonl": "application/x-ndjson",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".gz": "application/gzip",
}
DOWNLOADS = "exports"


async def health(request: Request) -> Response:
    """Says only that the server lives."""
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


async def upload(request: Request) -> Response:
    """Stream the body of PUT or POST ``/upload?link=…`` to the place that its link names."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return _refuse(403, "Uploads come from a page of this server.")
    try:
        link = request.query_params.get("link", "")
        require_person(request.cookies, running().links.open("upload", link, links.UPLOAD_SECONDS)["person"])
        claims = running().links.spend("upload", link, links.UPLOAD_SECONDS)
    except Problem as problem:
        return _refuse(403, str(problem))
    folder = running().folder("uploads")
    try:
        uploads.check_size(_announced(request), claims["limit"], folder)
        size = await uploads.receive(request.stream(), folder, claims["token"], claims["limit"])
    except uploads.TooLarge as problem:
        return _refuse(413, str(problem))
    except ClientDisconnect:
        return _refuse(400, "The upload was broken off.")
    except (Problem, OSError) as error:
        return _refuse(500, sentence(error))
    return JSONResponse({"size": size}, headers=PRIVATE)


async def download(request: Request) -> Response:
    """Stream the file that ``/download?link=…`` names, as an attachment that no browser interprets."""
    try:
        claims = running().links.open("download", request.query_params.get("link", ""), links.DOWNLOAD_SECONDS)
        require_person(request.cookies, claims["person"])
        path = _inside(running().folder(DOWNLOADS), claims["path"])
    except Problem as problem:
        return _refuse(403, str(problem))
    if not path.is_file():
        return _refuse(404, "This file is no longer there. Export it again.")
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {**PRIVATE, "Content-Encoding": "identity"}
    return FileResponse(path, media_type=kind, filename=claims["name"], headers=headers)


def _inside(folder: Path, relative: str) -> Path:
    folder = folder.resolve()
    path = (folder / relative).resolve()
    if not path.is_relative_to(folder):
        raise Problem("This link leads out of the exports.")
    return path


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


def _refuse(status: int, text: str) -> Response:
    return JSONResponse({"problem": text}, status_code=status, headers=PRIVATE)


ROUTES = [
    Route("/health", health, methods=["GET"]),
    Route("/upload", upload, methods=["PUT", "POST"]),
    Route("/download", download, methods=["GET"]),
    *ENTRANCE,
]


def routes_under(base: str) -> list[Route]:
    """Ours where they are, and under the base path of a server that has one: Streamlit has its own there alone."""
    places = ["", f"/{base.strip('/')}"] if base.strip("/") else [""]
    return [Route(f"{place}{one.path}", one.endpoint, methods=one.methods) for place in places for one in ROUTES]
