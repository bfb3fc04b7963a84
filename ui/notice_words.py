"""One English sentence for each kind of notice; translated in assets/locale."""

from ui.i18n import noted

NOTICES: dict[str, str] = {
    "book_ready": noted("The book “{title}” is ready: students can ask about it now."),
    "pack_updated": noted("{subject} was updated to {version}: {added} parts are new, {removed} are gone."),
    "book_failed": noted("The book “{title}” could not be added."),
    "book_removed": noted("The book “{title}” was removed. It can be brought back for a while."),
    "book_restored": noted("The book “{title}” is back: students can ask about it again."),
    "book_cancelled": noted("Adding the book “{title}” was cancelled."),
    "subject_added": noted("The subject “{name}” was added."),
    "subject_removed": noted("The subject “{name}” was removed."),
    "subject_assigned": noted("You now teach “{name}”: you can add its books."),
    "question_asked": noted("{student} asks about {subject}: “{question}”"),
    "question_answered": noted("Your question about {subject}, “{question}”: {reply}"),
    "password_reset": noted("Your password was reset by an administrator."),
    "sharing_published": noted("“{title}” was published. It comes back with the next look at the channel."),
    "sharing_failed": noted("“{title}” could not be sent to the publisher. The page of its subject says why."),
    "model_ready": noted("The language model “{title}” {version} is here. It can be chosen on the page System."),
    "program_ready": noted("Version {version} of the program is here, ready to be installed."),
    "program_changed": noted("The program was updated to version {version}. The data were copied before."),
    "program_failed": noted("Version {version} of the program could not be installed. The page System says why."),
    "model_failed": noted("The language model “{title}” cannot be loaded here. “{name}” answers again."),
    "model_gone": noted("The language model stopped and is being restarted. Questions are answered a little later."),
    "disk_low": noted("The disk is nearly full. Free some space before adding books."),
}
"""Sentence by kind; `{title}`, `{name}` are filled from the notice's values."""

UNKNOWN_NOTICE = noted("There is news about “{title}”.")
