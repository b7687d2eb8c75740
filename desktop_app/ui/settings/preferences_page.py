"""Language and look, and what happens in calls."""

from PySide6.QtCore import Qt

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui import messages
from desktop_app.ui.application import LANGUAGES
from desktop_app.ui.languages import language_name
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.question import Question
from desktop_app.ui.parts.switch import Switch
from desktop_app.ui.parts.wheel import ChoiceBox
from desktop_app.ui.settings.page import SettingsPage, named


class PreferencesPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._look_heading = self.add_heading()
        self.language, self._language_name = ChoiceBox(), label()
        self.theme, self._theme_name = ChoiceBox(), label()
        grid = self.add_grid()
        grid.addWidget(self._language_name, 0, 0)
        grid.addWidget(self.language, 0, 1)
        grid.addWidget(self._theme_name, 1, 0)
        grid.addWidget(self.theme, 1, 1)
        self._calls_heading = self.add_heading()
        self.auto_next, self.self_view, self.veil = Switch(), Switch(), Switch()
        self.rows.addWidget(self.auto_next)
        self.rows.addWidget(self.self_view)
        self.rows.addWidget(self.veil)
        self._updates_heading = self.add_heading()
        self.update_check = Switch()
        self.rows.addWidget(self.update_check)
        for part in (self._updates_heading, self.update_check):
            part.setVisible(presenter.looks_for_updates)
        self._key_heading = self.add_heading()
        self._key = label(wrap=True)
        self.renew_key = TextButton("key-change")
        self.rows.addWidget(self._key)
        self.rows.addWidget(self.renew_key, 0, Qt.AlignmentFlag.AlignLeft)
        self.key_problem = label("problem", wrap=True)
        self.key_problem.hide()
        self.rows.addWidget(self.key_problem)
        self.store_problem = label("problem", wrap=True)
        self.rows.addWidget(self.store_problem)
        self.rows.addStretch(1)
        self._fill()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._look_heading.setText(self.tr("Language and look"))
        self._calls_heading.setText(self.tr("Calls"))
        named(self.language, self.tr("Language"), self._language_name)
        named(self.theme, self.tr("Theme"), self._theme_name)
        self._updates_heading.setText(self.tr("Newer versions"))
        self.update_check.setText(self.tr("Look once a day whether there is one, and show a link"))
        self.language.setItemText(0, self.tr("As the system"))
        for index, text in enumerate((self.tr("As the system"), self.tr("Light"), self.tr("Dark"))):
            self.theme.setItemText(index, text)
        self.auto_next.setText(self.tr("When a stranger leaves, go on to the next person"))
        self.self_view.setText(self.tr("Show your own picture during a call"))
        self.veil.setText(self.tr("Blur each stranger's picture until I unveil it"))
        self._key_heading.setText(self.tr("Your key"))
        self._key.setText(
            self.tr(
                "A key on this computer lets a server know you again, without an account. With a new key nobody does: people who blocked you, and people you blocked, may meet you again."
            )
        )
        self.renew_key.setText(self.tr("Make a new key…"))
        self.key_problem.setText(
            self.tr(
                "The new key could not be saved. It holds only until you quit; a key that was saved before counts again then."
            )
        )
        self._show(self._presenter.settings)

    def _fill(self) -> None:
        self.language.addItem("", "")
        for code in LANGUAGES:
            # Each in its own words, so that one finds the way back.
            self.language.addItem(language_name(code), code)
        for theme in ("", "light", "dark"):
            self.theme.addItem("", theme)

    def _connect(self) -> None:
        presenter = self._presenter
        self.language.activated.connect(
            lambda index: presenter.set_language(self.language.itemData(index))
        )
        self.theme.activated.connect(lambda index: presenter.set_theme(self.theme.itemData(index)))
        self.auto_next.clicked.connect(presenter.set_auto_next)
        self.self_view.clicked.connect(presenter.set_self_view_shown)
        self.update_check.clicked.connect(presenter.set_update_check)
        self.veil.clicked.connect(presenter.set_veil_strangers)
        self.renew_key.clicked.connect(self._ask_before_renewing)
        presenter.settings_changed.connect(self._show)
        presenter.store_problem_changed.connect(
            self._show_problem, Qt.ConnectionType.QueuedConnection
        )

    def _ask_before_renewing(self) -> None:
        question = Question(
            self.tr("Throw your key away and make a new one?"),
            self.tr("Make a new key"),
            self.tr("Keep the key"),
            self,
        )
        question.add_text(self.tr("The old one cannot be brought back. A call that runs is ended."))
        question.accepted.connect(self._renew_key)
        question.open()

    def _renew_key(self) -> None:
        self.key_problem.setVisible(not self._presenter.renew_key())

    def _show(self, settings: Settings) -> None:
        self.language.setCurrentIndex(self.language.findData(settings.language))
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.auto_next.setChecked(settings.auto_next)
        self.self_view.setChecked(settings.self_view_shown)
        self.update_check.setChecked(settings.update_check)
        self.veil.setChecked(settings.veil_strangers)
        self._show_problem()

    def _show_problem(self) -> None:
        problem = self._presenter.store_problem
        self.store_problem.setText(messages.store_problem(problem) if problem else "")
        self.store_problem.setVisible(problem is not None)
