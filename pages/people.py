"""Who may enter, what they may do where, when they were last here, and who changed that."""

import streamlit as st

from curation.workflow.access import people as verbs
from pages.shared import frame, people_changing, people_table
from pages.shared.session import sign_in_configured, workspace

action = frame.header("People", "Who may enter, and what they may do on which data set.")
if not verbs.administers(workspace()):
    with frame.empty("For administrators", "Ask one of them to let somebody in or to give you another role."):
        frame.go_button("Go to Home", "home.py", key="people:home", icon=":material/home:")
    st.stop()
everyone = verbs.list_people(workspace())
on_all = verbs.my_role(workspace()) == "administrator"
with action:
    people_changing.add_button()
if not sign_in_configured():
    people_table.alone(bool(everyone))
if everyone:
    person = people_table.choose(everyone)
    if person:
        people_changing.one(person, on_all)
    else:
        st.caption("Choose a person in the table to change their roles.")
people_table.meanings()
people_table.history()
