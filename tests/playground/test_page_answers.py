"""What a person sees of the bot's answers, in a real browser, with the real bot behind it."""

import re

import pytest
from playwright.async_api import Page, expect

from readbot.playground.loopback_slack import ChangeKind
from readbot.playground.session import Session

from .steps import ask_discord, be, messages, open_discord_command, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_search_with_a_typo_is_answered_on_slack_for_the_asker_alone(page: Page) -> None:
    await type_in_slack(page, "/llmread fine-tunning")

    answer = messages(page, "slack")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer.get_by_role("link", name="Fine-tuning with LoRA and QLoRA")).to_have_attribute(
        "href", re.compile("^https://lightning.ai/")
    )
    await be(page, "Ben")
    await expect(messages(page, "slack")).to_have_count(0)


async def test_a_search_with_a_typo_is_answered_on_discord_for_the_asker_alone(page: Page) -> None:
    await ask_discord(page, "fine-tunning")

    answer = messages(page, "discord")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(answer.get_by_role("link", name="Fine-tuning with LoRA and QLoRA")).to_be_visible()
    await be(page, "Ben")
    await expect(messages(page, "discord")).to_have_count(0)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_more_turns_the_page_in_the_same_message(page: Page, platform: str) -> None:
    await (
        type_in_slack(page, "/llmread fine-tuning")
        if platform == "slack"
        else ask_discord(page, "fine-tuning")
    )
    answer = messages(page, platform)
    await expect(answer).to_contain_text("1-5 of")

    await answer.get_by_role("button", name="More", exact=True).click()

    await expect(answer).to_contain_text("6-10 of")
    await expect(answer).to_have_count(1)
    await answer.get_by_role("button", name="Back").click()
    await expect(answer).to_contain_text("1-5 of")


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_what_is_shared_is_seen_by_everybody_with_the_name_of_who_shared_it(
    page: Page, platform: str
) -> None:
    await (type_in_slack(page, "/llmread lora") if platform == "slack" else ask_discord(page, "lora"))

    await messages(page, platform).get_by_role("button", name="Share").click()

    await expect(messages(page, platform)).to_have_count(2)
    await be(page, "Ben")
    await expect(messages(page, platform)).to_have_count(1)
    await expect(messages(page, platform)).to_contain_text(re.compile(r"Shared by\s+@?\s*Ada"))


async def test_a_section_is_picked_from_the_menu_with_the_keyboard_alone_on_slack(page: Page) -> None:
    await type_in_slack(page, "/llmread")
    picker = messages(page, "slack").get_by_role("button", name="Pick a section")
    await picker.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("evaluat")
    await page.keyboard.press("Enter")

    await expect(messages(page, "slack")).to_contain_text("LLM Evaluation Papers")


async def test_a_section_is_picked_from_the_menu_on_discord(page: Page) -> None:
    await open_discord_command(page, "/readbot sections")
    await page.locator(".command-form .send").click()
    await messages(page, "discord").get_by_role("button", name="Pick a section").click()
    await page.get_by_role("option", name=re.compile("^Evaluation")).first.click()

    await expect(messages(page, "discord")).to_contain_text("LLM Evaluation Papers")


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_private_answer_can_be_dismissed(page: Page, platform: str) -> None:
    await (type_in_slack(page, "/llmread lora") if platform == "slack" else ask_discord(page, "lora"))
    await messages(page, platform).get_by_role("button", name="More actions").click()

    await page.get_by_role("menuitem", name="Dismiss message").click()

    await expect(messages(page, platform)).to_have_count(0)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_people_write_and_delete_their_own_messages(page: Page, platform: str) -> None:
    field = page.locator(f".pane.{platform} .composer input")
    await field.fill("Has anybody read *this*?")
    await field.press("Enter")
    await expect(messages(page, platform)).to_contain_text("Has anybody read")

    await messages(page, platform).get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()

    await expect(messages(page, platform)).to_have_count(0)


async def test_a_thread_holds_its_replies(page: Page) -> None:
    await type_in_slack(page, "What should I read first?")
    await messages(page, "slack").get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Reply in thread").click()
    reply = page.get_by_role("complementary", name="Thread").get_by_role("combobox", name="Reply")
    await reply.fill("The one about attention")
    await reply.press("Enter")

    await expect(page.locator(".thread .message")).to_have_count(2)
    await expect(messages(page, "slack")).to_have_count(1)
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_discords_markdown_is_drawn(page: Page) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill("**[Bold link](https://example.com)** \\*plain\\* `code_x` ||hidden|| <t:0:R> 2*3*4")
    await field.press("Enter")

    message = messages(page, "discord")
    await expect(message.locator("strong discord-link")).to_have_text("Bold link")
    await expect(message.locator("discord-code")).to_have_text("code_x")
    await expect(message).to_contain_text("*plain*")
    await expect(message.locator("discord-spoiler")).to_have_count(1)
    await expect(message.locator("discord-time")).to_contain_text("years ago")


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_what_people_write_is_never_html(page: Page, platform: str) -> None:
    field = page.locator(f".pane.{platform} .composer input")
    await field.fill("<img src=x onerror=alert(1)> <b>no</b> [x](javascript:alert(1))")
    await field.press("Enter")

    message = messages(page, platform)
    # On Slack's side a word joiner, which does not show, keeps the drawing library from reading a tag.
    await expect(message).to_contain_text(re.compile(r"<\u2060?b>\s*no\s*<\u2060?/b>"))
    await expect(message.locator("img:not([alt=''])[src=x]")).to_have_count(0)
    await expect(message.locator("[href^=javascript]")).to_have_count(0)


async def test_pictures_from_elsewhere_are_named_and_not_fetched(page: Page, session: Session) -> None:
    picture = {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "A map"}
    team = session.slack.team()
    message = await session.slack.say("map", user="UADA", channel="CREADING")
    message.user, message.blocks = team.bot_user_id, [picture]
    team.tell(ChangeKind.UPDATED, message)

    await expect(messages(page, "slack")).to_contain_text("A map")
    await expect(messages(page, "slack")).to_contain_text("pictures.example")
