; The installer for one person, without administrator rights. Compiled by makensis with
; VERSION, NUMBERS (four, for the version resource), PAYLOAD, OUTPUT and ICON defined.
;
;   PasserbySetup.exe /S             silent
;   PasserbySetup.exe /S /D=C:\path  silent, elsewhere; /D comes last and has no quotes
Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Passerby"
!define PROTOCOL_KEY "Software\Classes\passerby"

Name "Passerby"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Passerby"
InstallDirRegKey HKCU "Software\Passerby" "InstallDir"
RequestExecutionLevel user
SetCompressor /SOLID ${COMPRESSOR}
ManifestDPIAware true
BrandingText "Passerby ${VERSION}"

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey ProductName "Passerby"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "Passerby installer"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey LegalCopyright "AGPL-3.0-or-later"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\passerby.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "French"

LangString RUNNING ${LANG_ENGLISH} "Passerby is running. Please quit it first."
LangString RUNNING ${LANG_FRENCH} "Passerby est en cours d'utilisation. Veuillez d'abord le quitter."
LangString SIXTYFOUR ${LANG_ENGLISH} "Passerby needs a 64-bit Windows."
LangString SIXTYFOUR ${LANG_FRENCH} "Passerby demande un Windows 64 bits."

; A program that runs cannot be written to: its file is held.
!macro StopIfRunning
  ${If} ${FileExists} "$INSTDIR\passerby.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\passerby.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDOK
      SetErrorLevel 2
      Abort
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!include x64.nsh
!include LogicLib.nsh

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(SIXTYFOUR)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
FunctionEnd

Section
  SetShellVarContext current
  !insertmacro StopIfRunning
  ; What an older version had and this one has not must not stay: only what it installed goes.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\passerby.exe"
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Passerby.lnk" "$INSTDIR\passerby.exe"

  WriteRegStr HKCU "Software\Passerby" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${PROTOCOL_KEY}" "" "URL:Passerby"
  WriteRegStr HKCU "${PROTOCOL_KEY}" "URL Protocol" ""
  WriteRegStr HKCU "${PROTOCOL_KEY}\DefaultIcon" "" "$INSTDIR\passerby.exe,0"
  WriteRegStr HKCU "${PROTOCOL_KEY}\shell\open\command" "" '"$INSTDIR\passerby.exe" "%1"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Passerby"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\passerby.exe,0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Passerby developers"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
SectionEnd

Section Uninstall
  SetShellVarContext current
  !insertmacro StopIfRunning
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\passerby.exe"
  Delete "$INSTDIR\uninstall.exe"
  ; Only when nothing of the person lies in it.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Passerby.lnk"
  DeleteRegKey HKCU "${PROTOCOL_KEY}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "Software\Passerby"
SectionEnd
