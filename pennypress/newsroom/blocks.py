"""The parts a story is built of, as the editor sees them. How they are printed is in `body`."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

# A figure is a reference to the fund's books (`figures`), for columns.
INLINE = ["bold", "italic", "link", "figure"]


class PullQuote(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Words"), help_text=_("Without quotation marks: they are set for you."))
    speaker = blocks.CharBlock(label=_("Speaker"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Pull quote")


class BodyPicture(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300, help_text=_("Empty: the picture's."))
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=120, help_text=_("Empty: the picture's."))

    class Meta:
        icon = "image"
        label = _("Picture")


class FactBox(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Facts"), features=[*INLINE, "ul"])

    class Meta:
        icon = "list-ul"
        label = _("Fact box")


class Body(blocks.StreamBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=INLINE, icon="pilcrow")
    crosshead = blocks.CharBlock(label=_("Crosshead"), max_length=80, icon="title")
    pull_quote = PullQuote()
    picture = BodyPicture()
    list = blocks.ListBlock(blocks.TextBlock(label=_("Line"), rows=2), label=_("List"), icon="list-ul")
    fact_box = FactBox()
