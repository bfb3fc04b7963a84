"""One English sentence for each expected failure; translated in assets/locale."""

from nexus_appliance.errors import Failure
from ui.i18n import noted

FAILURES: dict[Failure, str] = {
    # who asks
    Failure.NOT_ALLOWED: noted("Your account may not do this. Ask an administrator if you need it."),
    Failure.SIGNED_OUT: noted("You are signed out. Sign in again to go on."),
    Failure.WRONG_PASSWORD: noted("Username or password is not right. Check both and try again."),
    Failure.LOGIN_DELAYED: noted("Too many failed attempts. Wait {seconds} seconds, then try again."),
    Failure.LOGIN_BUSY: noted("Many people are signing in right now. Wait a few seconds, then try again."),
    Failure.SETUP_CODE_WRONG: noted("The code is not right. Read it again on the server's screen and type it exactly."),
    Failure.SETUP_DONE: noted("This school already has an administrator. Sign in instead."),
    # what was typed
    Failure.USERNAME_INVALID: noted(
        "This username cannot be used. Take {minimum} to {maximum} letters (a-z), digits, dots and hyphens, no spaces."
    ),
    Failure.USERNAME_TAKEN: noted("The username “{username}” is already taken. Choose another one."),
    Failure.NAME_INVALID: noted("This name cannot be used. Type a name with at least one letter and no odd signs."),
    Failure.PASSWORD_WEAK: noted("This password is too easy to guess. Use at least {minimum} characters."),
    Failure.ROLE_INVALID: noted("This role does not exist. Choose student, teacher, admin or technician."),
    Failure.GRADE_INVALID: noted("This grade does not exist. Choose a grade from the list."),
    Failure.SEMESTER_INVALID: noted("This semester does not exist. Choose semester 1 or 2."),
    Failure.TITLE_INVALID: noted("This title cannot be used. Type a title of at most 200 characters."),
    Failure.SUBJECT_TAKEN: noted("This subject already exists in this grade. Choose another name or grade."),
    Failure.QUESTION_EMPTY: noted("The question is empty. Type your question first."),
    Failure.QUESTION_TOO_LONG: noted("The question is too long. Shorten it to at most {limit} characters."),
    Failure.PROMPT_TOO_LONG: noted("The question is too long for the language model. Ask it in fewer words."),
    Failure.GRAMMAR_INVALID: noted(
        "The form that the answer should have cannot be used ({reason}). Choose another one."
    ),
    Failure.LAST_ADMIN: noted("This is the last administrator. Make another account an administrator first."),
    Failure.INBOX_FULL: noted("{limit} of your questions are still open. Wait for a reply before you send more."),
    Failure.NOTES_FULL: noted("This subject already has {limit} notes. Remove or join some first."),
    Failure.NOTE_CHANGED: noted("A colleague has just changed this note. Close it, read it again, then change it."),
    Failure.RATING_INVALID: noted("This reason does not exist. Choose one from the list."),
    Failure.TEXT_EMPTY: noted("This field is empty. Type something first."),
    Failure.TEXT_TOO_LONG: noted("The text is too long. Shorten it to at most {limit} characters."),
    # what is not there
    Failure.USER_UNKNOWN: noted("This account does not exist any more. Reload the list."),
    Failure.SUBJECT_UNKNOWN: noted("This subject does not exist any more. Choose another one from the list."),
    Failure.BOOK_UNKNOWN: noted("This book does not exist any more. Reload the list."),
    Failure.JOB_UNKNOWN: noted("This job does not exist any more. Reload the list."),
    Failure.PACK_UNKNOWN: noted("This material package does not exist any more. Reload the list."),
    Failure.MODEL_UNKNOWN: noted("The language model “{model}” is not in the catalogue. Choose one that is listed."),
    Failure.QUESTION_UNKNOWN: noted("This question is no longer open: a colleague has answered or removed it."),
    Failure.TURN_UNKNOWN: noted("This question is not in the history any more. Reload the page."),
    Failure.NOTE_UNKNOWN: noted("This note does not exist any more. Reload the list."),
    Failure.FILE_MISSING: noted("The file “{file}” is not there. Check its name and place."),
    Failure.SUBJECT_EMPTY: noted("There is no book for this subject yet. Ask your teacher to add one."),
    Failure.PAGE_UNKNOWN: noted("The picture of this page is not here: the book was changed, or came without its PDF."),
    # a PDF
    Failure.UPLOAD_TOO_LARGE: noted("The file is larger than {limit} MB. Split the book or make the file smaller."),
    Failure.QUESTIONS_DAMAGED: noted(
        "The file of questions cannot be read at line {line}. Each line holds one as JSON."
    ),
    Failure.UPLOAD_MISSING: noted("No file has arrived. Choose a PDF and upload it again."),
    Failure.BOOK_DUPLICATE: noted("This file is already in the subject as “{title}”. There is nothing to do."),
    Failure.BOOK_SWEPT: noted("This book was removed too long ago to bring it back. Upload it again."),
    Failure.PDF_EMPTY_FILE: noted("The file is empty (0 bytes). Download or save the book again, then upload it."),
    Failure.PDF_NOT_A_PDF: noted("The file is not a PDF. Save the book as PDF, then upload it."),
    Failure.PDF_ENCRYPTED: noted("The PDF is locked with a password. Save a copy without password, then upload it."),
    Failure.PDF_DAMAGED: noted("The PDF is damaged or incomplete. Download or save it again, then upload it."),
    Failure.PDF_NO_PAGES: noted("The PDF has no pages. Check the file, then upload it again."),
    Failure.PDF_NO_TEXT: noted(
        "No text was found in the PDF, not on the pictures of its pages either. "
        "Scan the book again at 300 dpi, straight and sharp, or find a version with text."
    ),
    Failure.OCR_MISSING: noted(
        "The PDF holds only pictures of pages (a scan), and this server has no program to read them. "
        "Ask the technician to install Tesseract with Indonesian, then try again."
    ),
    Failure.PDF_TOO_MANY_PAGES: noted("The PDF has more than {limit} pages. Split it into several books."),
    Failure.INGEST_MEMORY: noted("The PDF needs more memory than this server may use. Split it into smaller books."),
    Failure.INGEST_TIME: noted("The PDF took too long to read. Split it into smaller books and try again."),
    Failure.INGEST_CRASHED: noted("The PDF could not be read. Save it as PDF with another program and try again."),
    Failure.INGEST_CANCELLED: noted("Adding the book was cancelled. Upload it again when you need it."),
    # a pack
    Failure.PACK_DAMAGED: noted("The material package is damaged. Copy or download it again."),
    Failure.PACK_FORMAT_UNKNOWN: noted("The material package needs a newer version of this program. Update it first."),
    # a channel
    Failure.CHANNEL_NONE: noted(
        "There is no material channel here, or it is incomplete. Check the address or the stick."
    ),
    Failure.CHANNEL_UNREACHABLE: noted("The material channel cannot be reached. It is tried again later by itself."),
    Failure.CHANNEL_FORGED: noted(
        "This does not come from your material channel, or it is damaged. Nothing was changed."
    ),
    Failure.CHANNEL_OLD: noted("This holds older material than the server has. Copy the channel to the stick again."),
    Failure.CHANNEL_EXPIRED: noted(
        "The material is too old to be trusted. Check the server's date, or get a newer copy."
    ),
    Failure.CHANNEL_UNSET: noted("This server follows no material channel yet. Set channel_root, and channel_url."),
    Failure.CLOUD_UNREACHABLE: noted(
        "The publisher cannot be reached. Without a line nothing is lost: it goes on by itself later."
    ),
    Failure.CLOUD_UNSET: noted("This school is not enrolled with a publisher. Ask the technician to enrol it."),
    Failure.INVITATION_MALFORMED: noted("This is no invitation. Paste the whole line that the publisher has sent."),
    Failure.INVITATION_UNKNOWN: noted(
        "This invitation is not valid, was used already, or is too old. Ask the publisher for a new one."
    ),
    Failure.SCHOOL_UNKNOWN: noted(
        "The publisher does not know this server any more. Ask for a new invitation and enrol again."
    ),
    Failure.SUBJECT_NOT_IN_CHANNEL: noted(
        "The publisher has no such subject yet. Ask the publisher to add it, then try again."
    ),
    Failure.UPLOAD_FORGOTTEN: noted("The publisher has forgotten what was sent so far. Try again."),
    Failure.SHARE_UNKNOWN: noted("This book is on its way already, or came from the channel. Look at the list again."),
    Failure.UPDATE_STOPPED: noted("Looking for new material was stopped. It goes on next time where it was."),
    Failure.UPDATE_RUNNING: noted("New material is being looked for already. Wait until that has ended."),
    Failure.NO_EARLIER_VERSION: noted(
        "There is no earlier version to go back to. Remove the book if it should not answer any more."
    ),
    Failure.CLOCK_WRONG: noted("The server's date is {date}; that cannot be. Set its clock, then check again."),
    # the machine
    Failure.DISK_FULL: noted("The server's disk is full. Free some space, then try again."),
    Failure.DATABASE_LOCKED: noted("The database is busy. Wait a moment, then try again."),
    Failure.DATABASE_GONE: noted("The database does not answer. Tell the technician."),
    Failure.DATABASE_NEWER: noted("The data was written by a newer version of this program. Update the program."),
    Failure.DATABASE_NOT_EMPTY: noted(
        "The database {database} holds data already, and nothing was copied. Name an empty database."
    ),
    Failure.COPY_DIFFERS: noted(
        "The copied rows of {table} are not as they were, so nothing was copied. The data are as before; try again."
    ),
    Failure.SNAPSHOT_UNKNOWN: noted("There is no snapshot {name}. `nexus snapshot list` shows which there are."),
    Failure.SNAPSHOT_DAMAGED: noted("The snapshot is damaged ({file}) and was not used. Take another one."),
    Failure.PICTURE_FAILED: noted("The page could not be drawn. Try again in a moment."),
    Failure.SERVER_SILENT: noted("The server did not start. What it said stands in {log}."),
    Failure.HOME_IN_USE: noted("Another server already uses the data folder {home}. Stop it first."),
    Failure.HOME_NOT_WRITABLE: noted("The data folder {home} cannot be written. Check its owner and its rights."),
    Failure.PORT_IN_USE: noted("Port {port} is in use by another program. Stop it or choose another NEXUS_PORT."),
    Failure.SETTING_INVALID: noted("The setting {name} cannot be “{value}”. Correct it and start again."),
    Failure.SETTINGS_DAMAGED: noted("The settings file {file} cannot be read ({reason}). Correct it and start again."),
    Failure.SERVICE_OFF: noted("The server is off. Start it, or ask whoever looks after this machine: {command}."),
    Failure.SERVER_GONE: noted("The server does not answer. Check that it runs, then try again."),
    # the model
    Failure.MODEL_MISSING: noted("The language model is not installed. Ask the technician to install it."),
    Failure.MODEL_DAMAGED: noted("The language model's file is damaged. Ask the technician to install it again."),
    Failure.MODEL_UNUSABLE: noted(
        "The language model “{title}” needs a newer version of this program. Update it first."
    ),
    Failure.MODEL_TOO_LARGE: noted(
        "This server has too little memory for that model: it needs {need} GB, {free} GB are free. "
        "Choose a smaller one."
    ),
    Failure.MODEL_BY_SETTINGS: noted(
        "The settings name the model's file (model_file). Take that line out and start the server again, then choose."
    ),
    Failure.MODEL_IN_USE: noted("That language model is the one in use. Change to another one before you remove it."),
    Failure.PROGRAM_UNUSABLE: noted(
        "Version {version} of the program could not be installed; the one before goes on. Tell whoever publishes it, "
        "or install the package by hand."
    ),
    Failure.PROGRAM_WENT_BACK: noted(
        "Version {version} of the program did not start here. The one before is back, with the data of then. It is "
        "tried again after a day; tell whoever publishes it."
    ),
    Failure.DOWNLOAD_DAMAGED: noted(
        "What was downloaded is damaged and was thrown away. Check the line and try again."
    ),
    Failure.MODEL_GONE: noted("The language model has stopped and is being restarted. Ask again in a minute."),
    Failure.QUEUE_FULL: noted("Very many questions are waiting. Wait a minute, then ask again."),
    Failure.ENCODER_GONE: noted("The search has stopped and is being restarted. Ask again in a minute."),
    Failure.ACCOUNT_DISABLED: noted("This account is disabled. Ask an administrator to enable it."),
    Failure.PASSWORD_CHANGE_NEEDED: noted("Your password was given to you. Choose one of your own first."),
    Failure.SUBJECT_IN_USE: noted("This subject still has books or notes. Remove them first."),
    Failure.LANGUAGE_INVALID: noted("This language does not exist here. Choose Bahasa Indonesia or English."),
}
"""Sentence by code; the names in braces are filled from the failure's values."""

WEAK_PASSWORDS: dict[str, str] = {
    "short": noted("This password is too short. Use at least {minimum} characters."),
    "long": noted("This password is too long. Use at most 128 characters."),
    "username": noted("The password must not be the username. Choose another one."),
    "common": noted("Everybody guesses this password first. Choose another one, for instance a short sentence."),
    "same": noted("This is the password you already have. Choose another one."),
    "unseen": noted("This password has signs that cannot be typed again. Use letters, digits and punctuation."),
}
"""Sentence by the reason that comes with `Failure.PASSWORD_WEAK`."""
