"""The router: who is at this browser, which pages there are, and what the sidebar holds on all of them."""

import streamlit as st

from pages.shared import frame, sidebar, state
from pages.shared.errors import plain_errors
from pages.shared.session import enter

PAGES = {
    "Data": [
        ("home.py", "Home", "home", "Data sets: their rows, labels and scores, and what to do next."),
        ("imports.py", "Import", "upload_file", "Bring in a file by upload or by path and see it before it is kept."),
    ],
    "Explore": [
        ("map.py", "Map", "scatter_plot", "All rows as a map: colour, search, lasso."),
        ("scores.py", "Scores", "query_stats", "What each score measures, how it is spread, and running it."),
        ("influence.py", "Influence", "hub", "Which rows help the answers of a target, and which hurt them."),
        ("signals.py", "Signals", "monitoring", "What training says of each row, and which look wrongly labelled."),
    ],
    "Methods": [
        ("nile.py", "NILE", "compare_arrows", "What the model knows beside each answer, revisions, and what agrees."),
        ("pairs.py", "Pairs", "thumbs_up_down", "Two rows side by side: which is better."),
        ("critiq.py", "CritiQ", "fact_check", "Quality criteria mined from pairs, and the score they give."),
        ("paser.py", "PASER", "healing", "What pruning broke by capability, and the rows that repair it."),
    ],
    "Curate": [
        ("review.py", "Review", "rate_review", "One row after the other: keep, drop, fix, tag, correct."),
        ("queues.py", "Queues", "checklist", "Rows chosen for people, how far they agree, and settling where not."),
        ("meeting.py", "Meeting", "groups", "Everybody sees the same row, votes blind, and a decision is recorded."),
        ("subsets.py", "Subsets", "filter_list", "Choose rows step by step, save them under a name, export them."),
    ],
    "Run": [
        ("jobs.py", "Jobs", "work_history", "What runs, what is done, what failed and why."),
        ("people.py", "People", "group", "Who may enter, and what they may do where."),
    ],
}


def page_of(file: str, title: str, icon: str, help: str) -> st.Page:
    """The navigation entry of a page file."""
    icon = f":material/{icon}:"
    return st.Page(file, title=title, icon=icon, help=help, default=file == "home.py")


st.set_page_config(page_title="Winnow", page_icon=str(frame.PAGES / "shared" / "favicon.svg"), layout="wide")
st.logo(str(frame.PAGES / "shared" / "winnow.svg"), size="large")
who = enter()
groups = {group: [page_of(*page) for page in pages if frame.exists(page[0])] for group, pages in PAGES.items()}
page = st.navigation({group: pages for group, pages in groups.items() if pages}, expanded=True)
state.arrived(page.title)
with st.sidebar, plain_errors():
    sidebar.draw(who)
with plain_errors():
    page.run()
