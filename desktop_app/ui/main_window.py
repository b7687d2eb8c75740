"""The one window: welcome, then calls; keys that work wherever the focus is."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.engine_messages import Stream
from desktop_app.media.pictures import PictureFeed
from desktop_app.presenters.call import CallPresenter
from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.presenters.welcome import WelcomePresenter, WelcomeStep
from desktop_app.session.reporting import ReportOutcome
from desktop_app.settings.model import Settings
from desktop_app.settings.store import StoreProblem
from desktop_app.ui import messages, report_messages
from desktop_app.ui.application import apply_language, apply_theme
from desktop_app.ui.call.questions import ask_block, ask_direct_consent, ask_plain
from desktop_app.ui.call.report_question import ReportQuestion, jpeg
from desktop_app.ui.call.screen import CallScreen
from desktop_app.ui.call.statistics_dialog import StatisticsDialog
from desktop_app.ui.keys import shortcuts
from desktop_app.ui.parts.notice import Notice
from desktop_app.ui.parts.question import Question
from desktop_app.ui.parts.window_size import give_size
from desktop_app.ui.settings.dialog import SettingsDialog
from desktop_app.ui.video.live_image import LiveImage
from desktop_app.ui.welcome.lobby_page import LobbyPage
from desktop_app.ui.welcome.rules_page import RulesPage
from desktop_app.ui.welcome.server_page import ServerPage

QUIT_KEY = "Ctrl+Q"
"""Unless the person has given it to something else."""


class MainWindow(QWidget):
    closed = Signal()
    """The person has closed the window: the application should quit."""

    def __init__(
        self,
        call: CallPresenter,
        welcome: WelcomePresenter,
        settings: SettingsPresenter,
        feeds: Mapping[Stream, PictureFeed],
    ) -> None:
        super().__init__()
        self._call = call
        self._welcome = welcome
        self._settings = settings
        self._images = {stream: LiveImage(feed, call.set_view) for stream, feed in feeds.items()}
        self._dialog: SettingsDialog | None = None
        self._question: Question | None = None
        self._shown_settings = call.settings
        self.screen_of_call = CallScreen(call, self._images)
        self._pages: dict[WelcomeStep, QWidget] = {
            WelcomeStep.RULES: RulesPage(welcome),
            WelcomeStep.SERVER: ServerPage(welcome),
            WelcomeStep.LOBBY: LobbyPage(welcome, call, self._images[Stream.SELF]),
            WelcomeStep.DONE: self.screen_of_call,
        }
        self.notice = Notice()
        self._told_problems: set[StoreProblem] = set()
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.notice)
        around.addWidget(self._stack)
        self._make_actions()
        self._connect()
        self.setMinimumSize(640, 440)
        give_size(self, QSize(1240, 700))
        self._retranslate()
        self._show_step()
        self._tell_store_problem()

    # --- what is shown ---------------------------------------------------------------

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages[self._welcome.step]

    @property
    def settings_dialog(self) -> SettingsDialog | None:
        return self._dialog

    @property
    def question(self) -> Question | None:
        """The question that is open, if any."""
        return self._question

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _show_step(self) -> None:
        self._stack.setCurrentWidget(self._pages[self._welcome.step])
        self._call.set_previewing(self._welcome.step is WelcomeStep.LOBBY)

    def _tell_store_problem(self) -> None:
        """Each once: whoever has put it away finds it again in the settings."""
        problem = self._settings.store_problem
        if problem is not None and problem not in self._told_problems:
            self._told_problems.add(problem)
            self.notice.say(messages.store_problem(problem))

    def _retranslate(self) -> None:
        self.setWindowTitle("Passerby")
        self.next_action.setText(self.tr("Next person"))
        self.stop_action.setText(self.tr("Stop"))
        self.report_action.setText(self.tr("Report this person"))
        self.unveil_action.setText(self.tr("Unveil the picture"))
        self.quit_action.setText(self.tr("Quit"))

    # --- keys ------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.next_action = QAction(self)
        self.next_action.setAutoRepeat(False)
        self.next_action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.next_action.triggered.connect(self._go_next)
        self.stop_action = QAction(self)
        self.stop_action.setAutoRepeat(False)
        # Only in this window: in a dialog Esc closes the dialog.
        self.stop_action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.stop_action.triggered.connect(self._call.stop)
        self.report_action = QAction(self)
        self.report_action.setAutoRepeat(False)
        self.report_action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.report_action.triggered.connect(self._ask_report)
        self.unveil_action = QAction(self)
        self.unveil_action.setAutoRepeat(False)
        self.unveil_action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.unveil_action.triggered.connect(self._call.unveil)
        self.quit_action = QAction(self)
        self.quit_action.setAutoRepeat(False)
        self.quit_action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.quit_action.triggered.connect(self.close)
        self.addActions(
            [
                *(self.next_action, self.stop_action, self.report_action, self.unveil_action),
                self.quit_action,
            ]
        )
        self._apply_keys(self._call.settings)

    def _apply_keys(self, settings: Settings) -> None:
        keys = [settings.next_key, settings.second_next_key]
        self.next_action.setShortcuts([found for key in keys for found in shortcuts(key)])
        self.stop_action.setShortcuts(shortcuts(settings.stop_key))
        self.report_action.setShortcuts(shortcuts(settings.report_key))
        self.unveil_action.setShortcuts(shortcuts(settings.unveil_key))
        others = [action for action in self.actions() if action is not self.quit_action]
        taken = [key for action in others for key in action.shortcuts()]
        self.quit_action.setShortcuts([key for key in shortcuts(QUIT_KEY) if key not in taken])

    def _connect(self) -> None:
        lobby = self._pages[WelcomeStep.LOBBY]
        assert isinstance(lobby, LobbyPage)
        lobby.meet_asked.connect(self._go_next)
        lobby.settings_asked.connect(self._open_settings)
        lobby.wishes_asked.connect(self._open_wishes)
        lobby.accept_plain_asked.connect(self._ask_plain)
        self.screen_of_call.accept_plain_asked.connect(self._ask_plain)
        self.screen_of_call.next_asked.connect(self._go_next)
        self.screen_of_call.block_asked.connect(self._ask_block)
        self.screen_of_call.report_asked.connect(self._ask_report)
        self._call.report_answered.connect(self._say_report_outcome)
        self.screen_of_call.settings_asked.connect(self._open_settings)
        self.screen_of_call.statistics_asked.connect(self._open_statistics)
        self.screen_of_call.wishes_asked.connect(self._open_wishes)
        self._welcome.step_changed.connect(lambda _: self._show_step())
        self._call.consent_needed.connect(self._ask_consent)
        self._call.settings_changed.connect(self._follow_settings)
        self._settings.store_problem_changed.connect(
            self._tell_store_problem, Qt.ConnectionType.QueuedConnection
        )
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system_theme)

    # --- what a person does ----------------------------------------------------------

    def _go_next(self) -> None:
        if self._welcome.step is WelcomeStep.LOBBY:
            self._welcome.enter()
        if self._welcome.step is WelcomeStep.DONE:
            self._call.go_next()

    def _ask_consent(self) -> None:
        self._ask(ask_direct_consent, self._call.accept_direct)

    def _ask_plain(self) -> None:
        server = self._call.settings.server_in_use
        if server is not None:
            self._ask(
                lambda parent: ask_plain(parent, server.url),
                lambda: self._call.accept_plain(server),
            )

    def _ask_block(self) -> None:
        if (stranger := self._call.situation.stranger) is not None:
            self._ask(ask_block, lambda: self._call.block(stranger.id))

    def _ask_report(self) -> None:
        """The picture is the one of this moment, whatever happens while the question is open."""
        if (reportable := self._call.reportable) is None:
            return
        picture = jpeg(self._images[Stream.STRANGER].image) if self._call.takes_evidence else None

        def ask(parent: QWidget) -> Question:
            return ReportQuestion(self._call, reportable, picture, parent)

        self._ask(ask, lambda: None)

    def _say_report_outcome(self, outcome: ReportOutcome) -> None:
        words = report_messages.report_outcome(outcome)
        self.notice.say(words, is_problem=outcome is not ReportOutcome.TAKEN)

    def _ask(self, make: Callable[[QWidget], Question], agreed: Callable[[], None]) -> None:
        """Open a question, unless one is open already."""
        if self._question is not None:
            return
        self._question = make(self)
        self._question.accepted.connect(agreed)
        self._question.finished.connect(self._forget_question)
        self._question.open()

    def _forget_question(self) -> None:
        self._question = None

    def _open_settings(self) -> SettingsDialog:
        if self._dialog is None:
            self._dialog = SettingsDialog(self._settings, self._images[Stream.SELF], self)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _open_statistics(self) -> None:
        dialog = self.findChild(StatisticsDialog) or StatisticsDialog(self._call, self)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _open_wishes(self) -> None:
        dialog = self._open_settings()
        dialog.show_page(dialog.wishes)

    def _follow_system_theme(self) -> None:
        if self._call.settings.theme == "":
            apply_theme(_application(), "")

    def _follow_settings(self, settings: Settings) -> None:
        before, self._shown_settings = self._shown_settings, settings
        if settings.theme != before.theme:
            apply_theme(_application(), settings.theme)
        if settings.language != before.language:
            apply_language(_application(), settings.language)
        self._apply_keys(settings)
        if self._stack.currentWidget() is not self._pages[self._welcome.step]:
            self._show_step()


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
