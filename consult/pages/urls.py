"""Addresses of the pages that people see."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from consult.pages.views import bringing_in, carried, entering, house, mentioning, own, posting, reading, standing, team
from guidance.urls import LevelConverter


class NumberConverter(IntConverter):
    """A number that any database can be asked for."""

    regex = "[0-9]{1,18}"


register_converter(LevelConverter, "text_level")
register_converter(NumberConverter, "number")

urlpatterns = [
    path("", reading.home, name="home"),
    path("guidance/<slug:slug>/", reading.document, name="document"),
    path("guidance/<slug:slug>/draft-<draft_number:number>/", reading.document),
    path("guidance/<slug:slug>/compare/<draft_number:old>/<draft_number:new>/", carried.compare, name="compare"),
    path("guidance/<slug:slug>/compare/<draft_number:old>/<draft_number:new>/whole/", carried.compare, {"whole": True}),
    path("guidance/<slug:slug>/compare/<draft_number:old>/<draft_number:new>/<slug:section>/", carried.compare),
    path("consultations/<slug:slug>/", reading.consultation, name="consultation"),
    path("consultations/<slug:slug>/sections/<slug:key>/", reading.section, name="section"),
    path("consultations/<slug:slug>/sections/<slug:key>/<text_level:level>/", reading.section, name="section_at"),
    path("consultations/<slug:slug>/questions/<number:number>/", reading.question, name="question"),
    path("consultations/<slug:slug>/whole/", reading.whole, name="whole"),
    path("consultations/<slug:slug>/threads/<number:pk>/", reading.thread, name="thread"),
    path("consultations/<slug:slug>/letters/<number:pk>/", entering.letter, name="letter"),
    path("consultations/<slug:slug>/comment/", posting.comment_on, name="comment_on_whole"),
    path("consultations/<slug:slug>/comment/section/<slug:key>/", posting.comment_on, name="comment_on_section"),
    path("consultations/<slug:slug>/comment/block/<slug:block>/", posting.comment_on, name="comment_on_block"),
    path("consultations/<slug:slug>/comment/question/<number:number>/", posting.comment_on, name="comment_on_question"),
    path("consultations/<slug:slug>/what-became/", carried.what_became, name="what_became"),
    path(
        "consultations/<slug:slug>/what-became/<slug:key>/",
        carried.what_became_of_section,
        name="what_became_of_section",
    ),
    path("comments/<number:pk>/", reading.comment, name="comment"),
    path("comments/<number:pk>/reply/", posting.reply, name="reply"),
    path("comments/<number:pk>/posted/", own.posted, name="posted"),
    path("comments/<number:pk>/withdraw/", own.withdraw, name="withdraw"),
    path("your-contributions/", own.contributions, name="contributions"),
    path("reference-number/", standing.check_reference, name="check_reference"),
    path("house-rules/", standing.house_rules, name="house_rules"),
    path("house-rules/<number:version>/", standing.house_rules, name="house_rules_version"),
    path("privacy-notice/<number:version>/", standing.privacy_notice, name="privacy_notice"),
    path("about/<slug:slug>/", standing.standing, name="standing"),
    path("demo/mail/", standing.demo_mail, name="demo_mail"),
    path("webmention/", mentioning.webmention, name="webmention"),
    path("pingback/", mentioning.pingback, name="pingback"),
    path("theme.css", standing.theme, name="theme"),
    path("health/", standing.health, name="health"),
    path("team/", team.team, name="team"),
    path("team/import/", bringing_in.import_text, name="import_text"),
    path("team/import/save/", bringing_in.save_import, name="save_import"),
    path("team/drafts/<slug:slug>/", team.draft, name="team_draft"),
    path("team/drafts/<slug:slug>/start/", team.start_draft, name="start_draft"),
    path("team/drafts/<slug:slug>/compare/", team.compare_draft, name="compare_draft"),
    path("team/drafts/<slug:slug>/compare/<slug:section>/", team.compare_draft, name="compare_draft_section"),
    path("team/drafts/<slug:slug>/sections/<slug:key>/", team.draft_section, name="team_draft_section"),
    path(
        "team/drafts/<slug:slug>/sections/<slug:key>/<text_level:level>/",
        team.draft_section,
        name="team_draft_section_at",
    ),
    path("team/house/", house.house, name="team_house"),
    path("team/house/pages/<slug:slug>/", house.standing_page, name="edit_standing_page"),
    path("team/house/rules/", house.new_house_rules, name="new_house_rules"),
    path("team/house/privacy/", house.new_privacy_notice, name="new_privacy_notice"),
    path("team/house/appoint/", house.appoint_someone, name="appoint"),
    path("team/consultations/new/", team.set_up, name="set_up"),
    path("team/consultations/<slug:slug>/", team.desk, name="team_consultation"),
    path("team/consultations/<slug:slug>/letters/", entering.letters, name="letters"),
    path("team/consultations/<slug:slug>/letters/enter/", entering.enter, name="enter_letter"),
    path("team/consultations/<slug:slug>/letters/save/", entering.save_letter, name="save_letter"),
    path("team/consultations/<slug:slug>/mentions/", mentioning.mentions, name="mentions"),
    path("team/consultations/<slug:slug>/change/", team.set_up, name="change_consultation"),
    path("team/consultations/<slug:slug>/move/<slug:verb>/", team.move, name="move_consultation"),
]
