"""The two pages that are no Streamlit pages, since only an answer of the server can set a cookie."""

from html import escape

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}

STYLE = """
:root { color-scheme: light dark; --text: #1b2530; --back: #f2f5f8; --card: #fff; --line: #d3dbe3; --main: #0b5fa5;
  --soft: #5b6876; --bad: #b3261e; --good: #00735c; }
@media (prefers-color-scheme: dark) { :root { --text: #e6ecf2; --back: #12181f; --card: #1c252e; --line: #35424f;
  --main: #2d78bd; --soft: #9aa8b6; --bad: #f2877e; --good: #57c7a8; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back);
  color: var(--text); font: 16px/1.45 "Source Sans", "Source Sans 3", system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; font-weight: 650; }
p { margin: .25rem 0 1rem; color: var(--soft); }
label { display: block; margin: .9rem 0 .25rem; font-size: .9rem; }
input { width: 100%; padding: .55rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 6px; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--main); outline-offset: 1px; }
button { width: 100%; margin-top: 1.4rem; padding: .6rem; font: inherit; font-weight: 600; color: #fff; cursor: pointer;
  background: var(--main); border: 0; border-radius: 6px; }
a { color: var(--main); }
.bad { color: var(--bad); } .good { color: var(--good); }
"""


def sign_in_page(problem: str = "", name: str = "", next: str = "", is_open: bool = False) -> str:
    """The form to sign in with; ``is_open`` says that what is typed can be read on its way."""
    warning = '<p class="bad">This connection is not encrypted: others on the network could read a password.</p>'
    return _page(
        "Sign in",
        "Sign in to see the data sets of this workspace.",
        f"""<form method="post" action="sign-in">{warning if is_open else ""}{_said(problem)}
        <input type="hidden" name="next" value="{escape(next)}">
        <label for="name">Name</label>
        <input id="name" name="name" value="{escape(name)}" autocomplete="username" maxlength="200" required
          {"" if name else "autofocus"}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required
          {"autofocus" if name else ""}>
        <button>Sign in</button></form>""",
    )


def password_page(name: str, problem: str = "", other: str = "", shortest: int = 12) -> str:
    """The form to change one's own password with, or, as an administrator, to give ``other`` one."""
    sentence = f"You are signed in as {escape(name)}. Everywhere else you will be signed out."
    first = f"""<input type="hidden" name="person" value="{escape(other)}">""" if other else OLD
    if other:
        sentence = f"For {escape(other)}, who will be signed out everywhere. Tell them to change it."
    return _page(
        f"A password for {escape(other)}" if other else "Change your password",
        sentence,
        f"""<form method="post" action="password">{_said(problem)}{first}
        <label for="new">New password, {shortest} characters or more</label>
        <input id="new" name="new" type="password" autocomplete="new-password" maxlength="200" required>
        <label for="again">The new password again</label>
        <input id="again" name="again" type="password" autocomplete="new-password" maxlength="200" required>
        <button>Change the password</button></form><p><a href="./">Back to Winnow</a></p>""",
    )


OLD = """<label for="old">Password</label>
<input id="old" name="old" type="password" autocomplete="current-password" maxlength="200" required autofocus>"""


def _said(problem: str) -> str:
    return f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""


def _page(title: str, sentence: str, body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} - Winnow</title>
    <style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{sentence}</p>{body}</main></body></html>"""
