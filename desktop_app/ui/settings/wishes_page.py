"""Whom to meet: interests as tags, languages, and the pool where the server has several."""

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy

from desktop_app.presenters.wishes import WishesPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui import wish_messages
from desktop_app.ui.languages import TAGS, language_name
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.plain_words import breakable
from desktop_app.ui.parts.switch import Switch
from desktop_app.ui.parts.tags import Tags
from desktop_app.ui.parts.wheel import AddingBox, ChoiceBox
from desktop_app.ui.settings.page import SettingsPage, named
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Scope


class WishesPage(SettingsPage):
    def __init__(self, presenter: WishesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._interests_heading = self.add_heading()
        self.interests = Tags()
        self.interest = QLineEdit(maxLength=limits.INTEREST_MAX_CHARACTERS)
        self._suggestions = QStringListModel(self)
        self._interests_note = label("muted", wrap=True)
        self.rows.addWidget(self.interests)
        self.rows.addWidget(self.interest)
        self.rows.addWidget(self._interests_note)
        self.scope, self._scope_name = ChoiceBox(), label()
        grid = self.add_grid()
        grid.addWidget(self._scope_name, 0, 0)
        grid.addWidget(self.scope, 0, 1)
        self._languages_heading = self.add_heading()
        self.languages = Tags()
        self.language = AddingBox()
        self._languages_note = label("muted", wrap=True)
        self.rows.addWidget(self.languages)
        self.rows.addWidget(self.language)
        self.rows.addWidget(self._languages_note)
        self._people_heading = self.add_heading()
        self.pool, self._pool_name = ChoiceBox(), label()
        # As wide as there is room, whatever title an operator has thought of.
        self.pool.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        people = self.add_grid()
        people.addWidget(self._pool_name, 0, 0)
        people.addWidget(self.pool, 0, 1)
        self._pool_rules = label("muted", wrap=True)
        self.rows.addWidget(self._pool_rules)
        self.with_camera = Switch()
        self.rows.addWidget(self.with_camera)
        self.rows.addStretch(1)
        self._fill()
        self._connect()
        self.retranslate()

    @property
    def suggestions(self) -> list[str]:
        """What is offered below the entry."""
        return self._suggestions.stringList()

    def retranslate(self) -> None:
        self._interests_heading.setText(self.tr("Interests"))
        self.interest.setPlaceholderText(self.tr("Add an interest and press Enter"))
        self.interest.setAccessibleName(self.tr("Interests"))
        named(self.scope, self.tr("Meet"), self._scope_name)
        for row, scope in enumerate(Scope):
            self.scope.setItemText(row, wish_messages.scope(scope))
        self._languages_heading.setText(self.tr("Languages you speak"))
        self.language.setItemText(0, self.tr("Add a language…"))
        self.language.setAccessibleName(self.tr("Languages you speak"))
        self._people_heading.setText(self.tr("People"))
        named(self.pool, self.tr("Community"), self._pool_name)
        self.with_camera.setText(self.tr("In video calls, meet only people with a camera"))
        self._show(self._presenter.settings)
        self._show_pools()

    def _fill(self) -> None:
        completer = QCompleter(self._suggestions, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated.connect(self._add_interest, Qt.ConnectionType.QueuedConnection)
        self.interest.setCompleter(completer)
        for scope in Scope:
            self.scope.addItem("", scope)
        self.language.addItem("", "")
        for tag in sorted(TAGS, key=lambda tag: language_name(tag).casefold()):
            self.language.addItem(language_name(tag), tag)

    def _connect(self) -> None:
        presenter = self._presenter
        self.interests.removed.connect(presenter.remove_interest)
        self.interest.returnPressed.connect(self._add_interest)
        self.interest.textEdited.connect(self._follow_typing)
        self.scope.activated.connect(
            lambda row: presenter.set_scope(Scope(self.scope.itemData(row)))
        )
        self.languages.removed.connect(presenter.remove_language)
        self.language.activated.connect(self._add_language)
        self.pool.activated.connect(lambda row: presenter.set_pool(self.pool.itemData(row)))
        self.with_camera.clicked.connect(presenter.set_wants_camera)
        presenter.suggested.connect(self._suggest)
        presenter.pools_changed.connect(self._show_pools)
        presenter.settings_changed.connect(self._show)

    def _add_interest(self) -> None:
        """Take what stands between commas. What cannot be taken stays in the entry; the note below says why."""
        words = [word for word in self.interest.text().split(",") if word.strip()]
        left = [word for word in words if not self._presenter.add_interest(word)]
        self.interest.setText(",".join(left))
        if words and not left:
            self._presenter.forget_typed()
            self._suggestions.setStringList([])

    def _follow_typing(self, text: str) -> None:
        if "," in text:
            self._add_interest()
        else:
            self._presenter.note_typed(text)

    def _add_language(self, row: int) -> None:
        if tag := self.language.itemData(row):
            self._presenter.add_language(tag)
        self.language.setCurrentIndex(0)

    def _suggest(self, words: list[str]) -> None:
        chosen = {interest.casefold() for interest in self._presenter.settings.interests}
        self._suggestions.setStringList([word for word in words if word.casefold() not in chosen])
        if self.interest.hasFocus() and self.suggestions:
            self.interest.completer().complete()

    def _show(self, settings: Settings) -> None:
        self._show_rules()
        self.interests.show_tags({interest: interest for interest in settings.interests})
        self.languages.show_tags({tag: language_name(tag) for tag in settings.languages})
        self.order_focus()
        self.scope.setCurrentIndex(self.scope.findData(settings.scope))
        self.scope.setEnabled(bool(settings.interests))
        self.with_camera.setChecked(settings.wants_camera)
        full = len(settings.interests) >= limits.INTERESTS_MAX
        self.interest.setEnabled(not full)
        self._interests_note.setText(
            self.tr("That is all: {count} interests at most.").format(count=limits.INTERESTS_MAX)
            if full
            else self.tr("Strangers see only those that they have named as well.")
        )
        many = len(settings.languages) >= limits.LANGUAGES_MAX
        self.language.setEnabled(not many)
        self._languages_note.setText(
            self.tr("That is all: {count} languages at most.").format(count=limits.LANGUAGES_MAX)
            if many
            else self.tr("People who share a language with you come first.")
        )

    def _show_pools(self) -> None:
        """A server with one pool leaves nothing to choose."""
        pools = self._presenter.pools
        self.pool.clear()
        for pool in pools:
            self.pool.addItem(pool.title or pool.name, pool.name)
        self.pool.setCurrentIndex(self.pool.findData(self._presenter.pool))
        for widget in (self.pool, self._pool_name):
            widget.setVisible(len(pools) > 1)
        self._show_rules()

    @property
    def rules(self) -> str:
        """Of the chosen pool, as shown."""
        return self._pool_rules.text()

    def _show_rules(self) -> None:
        pools = self._presenter.pools
        rules = next((pool.rules for pool in pools if pool.name == self._presenter.pool), "")
        self._pool_rules.setText(breakable(rules))
        self._pool_rules.setVisible(bool(rules))
