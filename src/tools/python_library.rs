//! The modules of Python's library (docs.python.org, "The Python Standard Library").

/// The modules that a file of the same name hides from a program if Python looks in the file's
/// directory first. Those that Python has loaded before, or that are a part of it, are left out, and so
/// is `test`, which no program needs.
const LIBRARY: &str = "\
    aifc argparse array ast asynchat asyncio asyncore audioop base64 bdb binascii bisect \
    bz2 cProfile calendar cgi cgitb chunk cmath cmd code codeop collections colorsys \
    compileall concurrent configparser contextlib contextvars copy copyreg crypt csv \
    ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email \
    ensurepip enum fcntl filecmp fileinput fnmatch fractions ftplib functools getopt \
    getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imghdr \
    imp importlib inspect ipaddress json keyword linecache locale logging lzma mailbox \
    mailcap math mimetypes mmap modulefinder multiprocessing netrc nis nntplib \
    nturl2path numbers opcode operator optparse ossaudiodev pathlib pdb pickle \
    pickletools pipes pkgutil platform plistlib poplib pprint profile pstats pty \
    py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib \
    resource rlcompleter runpy sched secrets select selectors shelve shlex shutil smtpd \
    smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse \
    ssl statistics string stringprep struct subprocess sunau symtable sysconfig syslog \
    tabnanny tarfile telnetlib tempfile termios textwrap threading timeit tkinter token \
    tokenize tomllib trace traceback tty turtle types typing unicodedata unittest urllib \
    uu uuid venv warnings wave weakref webbrowser wsgiref xdrlib xml xmlrpc zipapp \
    zipfile zlib zoneinfo";

/// The names of the modules of Python's library that a file can hide.
pub(crate) fn library_modules() -> impl Iterator<Item = &'static str> {
    LIBRARY.split_ascii_whitespace()
}
