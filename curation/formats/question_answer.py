"""Question and answer, with an optional passage that the question is about."""

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.survey import Survey, named
from curation.samples import Sample, Turn

QUESTION = ("question", "problem", "query")
ANSWER = ("answer", "solution", "response", "final_answer", "ground_truth", "gold", "target")


class QuestionAnswer(Format):
    """The user turn is the question, under the passage where there is one."""

    name = "question_answer"
    title = "Question and answer"
    sentence = "A question and its answer, with an optional passage."
    roles = {"question": "question", "answer": "answer", "context": "context"}
    drops = ("system", "rejected", "label", "tools", "weights", "metadata")

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        question = survey.find(QUESTION, "text")
        answer = survey.find(ANSWER, "text", "number", but=(question,))
        if not question or not answer:
            return None
        context = survey.find(("context", "passage"), "text", but=(question, answer))
        plain = (question, answer) == ("question", "answer")
        reason = f"the fields {named(question, answer)} are a question and its answer"
        mapping = {"question": question, "answer": answer} | ({"context": context} if context else {})
        return Guess((0.95 if plain else 0.8) * survey.share(question, answer), reason, mapping)

    def sample(self, record: dict, fields: Fields) -> Sample:
        question, path = fields.required(record, "question")
        answer, answer_path = fields.required(record, "answer")
        context, _ = fields.text(record, "context")
        if context:
            question, path = f"{context}\n\n{question}", ()
        return Sample(
            [Turn("user", question, path), Turn("assistant", answer, answer_path)], metadata=fields.metadata(record)
        )

    def write(self, sample: Sample) -> dict:
        turns = [turn for turn in sample.turns if turn.role != "system"]
        if [turn.role for turn in turns] != ["user", "assistant"]:
            raise ValueError("this format holds one question and one answer, no longer conversation")
        return {"question": turns[0].text, "answer": turns[1].text}
