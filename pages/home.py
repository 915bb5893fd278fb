"""The data sets of the workspace: how large, how far, and what to do next with each."""

from pages.shared import data, frame, importing
from pages.shared.dataset_card import card, demo_button
from pages.shared.proposal_waiting import waiting_line

with frame.header("Home", "The data sets of this workspace, how far each one is, and what to do next."):
    frame.go_button("Import a file", "imports.py", key="home:import", primary=True, icon=":material/upload_file:")

following = importing.follow_demo()
records = sorted((record for record in data.datasets() if record["latest"]), key=data.last_change, reverse=True)
if not records and not following:
    with frame.empty("Nothing here yet", "Import your own file, or take the demo: 600 rows with planted defects."):
        demo_button("secondary")
waiting_line()
for record in records:
    card(record)
if records and not any(record["name"] == importing.DEMO_NAME for record in records):
    demo_button()
