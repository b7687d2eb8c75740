"""The version that Windows shows in a file's properties, in PyInstaller's text form."""

from build_scripts.packaging.version import Version

_TEXT = """\
VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004,
    fileType=0x1, subtype=0x0, date=(0, 0)
  ),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The Passerby developers'),
      StringStruct('FileDescription', 'Passerby'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('InternalName', 'passerby'),
      StringStruct('LegalCopyright', 'AGPL-3.0-or-later'),
      StringStruct('OriginalFilename', 'passerby.exe'),
      StringStruct('ProductName', 'Passerby'),
      StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [0x0409, 1200])])
  ]
)
"""


def version_resource(version: Version) -> str:
    return _TEXT.format(numbers=version.windows, version=version.python)
