"""Every door by which Wagtail publishes, while the books move: nothing goes out, nothing is lost, the editor is told."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from pennypress.newsroom import column_publishing
from pennypress.newsroom.models import ArticlePage, Column
from pennypress.people import roles
from tests.desk import cast
from tests.newsroom.columns import a_column, a_gift, latest, now, publish
from tests.newsroom.test_column_desk import at, sent

pytestmark = pytest.mark.django_db

TWO_FIGURES = "add up to £100, and the books have £125 for these days: £25 apart"


@pytest.fixture
def column(paper, fund):
    a_gift(100)
    return a_column(paper, fund)


@pytest.fixture
def books_move_after_the_check(monkeypatch):
    """A gift of £25 comes in between the check of a form, or of a hook, and the saving."""
    check, came = column_publishing.problems, []

    def checked(*args, **options):
        found = check(*args, **options)
        came.append(came or a_gift(25))
        return found

    monkeypatch.setattr(column_publishing, "problems", checked)


@pytest.fixture
def editor():
    return cast.at_the_desk(roles.EDITOR)


@pytest.fixture
def task(column, editor):
    """The column stands before an editor's approval, the only step of its workflow."""
    task = GroupApprovalTask.objects.create(name="An editor reads it")
    task.groups.set(Group.objects.filter(name=roles.EDITOR))
    workflow = Workflow.objects.create(name="Four eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(ArticlePage.objects.get(pk=column.pk), None)
    return ArticlePage.objects.get(pk=column.pk).current_workflow_task_state


def told(answer):
    return "\n".join(str(one) for one in get_messages(answer.wsgi_request))


def nothing_went_out(column):
    kept = Column.objects.get(pk=column.pk)
    return not ArticlePage.objects.get(pk=column.pk).live and kept.frozen_at is None and kept.figures == {}


def test_the_editors_form_keeps_what_was_typed(column, editor, books_move_after_the_check):
    answer = editor.post(at(column), sent(column, headline="My own words"))

    assert answer.url == at(column)
    assert TWO_FIGURES in told(answer)
    assert "Nothing was published: the figures of “My own words”" in told(answer)
    assert nothing_went_out(column)
    assert "My own words" in editor.get(answer.url).content.decode()


def test_an_earlier_version_that_is_brought_back_is_refused_and_kept(column, editor, books_move_after_the_check):
    earlier = latest(column).save_revision()
    latest(column).save_revision()
    address = reverse("wagtailadmin_pages:revisions_revert", args=[column.pk, earlier.pk])

    answer = editor.post(address, sent(column, headline="As it was before"))

    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)
    assert latest(column).title == "As it was before"


def test_approval_in_a_workflow_is_not_given(column, editor, task):
    a_gift(25)
    address = reverse("wagtailadmin_pages:workflow_action", args=[column.pk, "approve", task.pk])

    answer = editor.post(address, {"comment": ""})

    assert answer.url == at(column)
    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)
    task.refresh_from_db()
    assert (task.status, task.workflow_state.status) == ("in_progress", "in_progress")


def test_approval_in_the_workflows_window_leads_to_the_story(column, editor, task):
    a_gift(25)
    address = reverse("wagtailadmin_pages:workflow_action", args=[column.pk, "approve", task.pk])

    answer = editor.post(address, {"comment": ""}, headers={"x-requested-with": "XMLHttpRequest"})

    assert answer.json() == {"step": "success", "redirect": at(column)}
    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)


def test_approval_with_an_edit_keeps_the_edit(column, editor, task, books_move_after_the_check):
    form = sent(column, headline="Read and approved")
    del form["action-publish"]

    answer = editor.post(at(column), {**form, "action-workflow-action": "true", "workflow-action-name": "approve"})

    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)
    assert latest(column).title == "Read and approved"
    assert ArticlePage.objects.get(pk=column.pk).current_workflow_task_state.status == "in_progress"


def test_a_wrong_column_is_sent_back_to_its_author(column, editor, task):
    a_gift(25)
    form = sent(column, headline="Not like this")
    del form["action-publish"]

    editor.post(at(column), {**form, "action-workflow-action": "true", "workflow-action-name": "reject"})

    task.refresh_from_db()
    assert task.status == "rejected"
    assert nothing_went_out(column)


def test_many_at_once_publish_none(paper, column, editor, books_move_after_the_check):
    other = paper.section.add_child(instance=ArticlePage(title="Another story", slug="another", live=False))
    address = f"/desk/bulk/wagtailcore/page/publish/?id={other.pk}&id={column.pk}"

    answer = editor.post(address, {"include_descendants": ""})

    assert answer.url == at(column)
    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)
    assert not ArticlePage.objects.get(pk=other.pk).live


def test_a_section_published_with_what_stands_in_it_publishes_none(paper, column, editor):
    a_gift(25)
    address = f"/desk/bulk/wagtailcore/page/publish/?id={paper.section.pk}"

    answer = editor.post(address, {"include_descendants": "on"})

    assert TWO_FIGURES in told(answer)
    assert nothing_went_out(column)


def test_the_desks_api_answers_with_the_two_figures(column, editor):
    a_gift(25)

    answer = editor.post(f"/desk/api/main/pages/{column.pk}/action/publish/", {}, content_type="application/json")

    assert answer.status_code == 422
    assert TWO_FIGURES in "\n".join(answer.json()["problems"])
    assert nothing_went_out(column)


@pytest.mark.parametrize("way", ["publish_copies", "alias"])
def test_a_copy_of_a_printed_column_is_not_published(paper, column, editor, way):
    publish(column)
    form = {"new_title": "Once more", "new_slug": "once-more", "new_parent_page": paper.section.pk, way: "on"}
    before = paper.section.get_children().count()

    answer = editor.post(reverse("wagtailadmin_pages:copy", args=[column.pk]), form)

    assert answer.url == "/desk/column/"
    assert "only a column drafted from the books" in told(answer)
    section = Page.objects.get(pk=paper.section.pk)
    assert (section.get_children().count(), section.numchild) == (before, before)


def test_the_schedule_holds_it_back(column):
    revision = latest(column).latest_revision
    revision.approved_go_live_at = now()
    revision.save()
    a_gift(25)

    call_command("publish_scheduled")

    assert nothing_went_out(column)
    assert TWO_FIGURES in Column.objects.get(pk=column.pk).parked_reason


def test_without_the_second_check_each_door_would_print_a_wrong_sum(
    column, editor, books_move_after_the_check, monkeypatch
):
    """The control: it is the check at the saving that stops it, not the form's."""
    monkeypatch.setattr("pennypress.newsroom.column_checks.problems", lambda *_args: [])

    editor.post(at(column), sent(column))

    assert Column.objects.get(pk=column.pk).figures["day"]["text"] == "£125"
