; OpenClass Nexus for Windows: program, service, private data folder, firewall rule, shortcuts.
; Made by build.ps1 on Windows, or: makensis -DVERSION=0.1.0 -DBUNDLE=dist/nexus -DOUT=nexus-appliance-0.1.0.exe nexus.nsi
; Not called setup.exe, for Windows then loads libraries from the folder it lies in, a stick.
; Silent: nexus-appliance-0.1.0.exe /S [/D=folder]; uninstall.exe /S keeps the data, /S /DATA=delete takes them too.

Unicode true
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

!ifndef ICON
  !define ICON "..\..\assets\icons\nexus.ico"
!endif
!define NAME "OpenClass Nexus"
!define SERVICE "OpenClassNexus"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${SERVICE}"
!define SETTINGS "SYSTEM\CurrentControlSet\Services\${SERVICE}"
!define ENVIRONMENT "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
!define RULE "OpenClass Nexus"
!define PORTS "80,8080-8180"
!define MEMORY_MB 3800
!define DISK_MB 6000
!define SSE42 38 ; PF_SSE4_2_INSTRUCTIONS_AVAILABLE of winnt.h
!define TELLS_SSE42 19041 ; Windows 10 of 2020; an older one says no to every number it does not know

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\${NAME}"
RequestExecutionLevel admin
ManifestSupportedOS Win10
SetCompressor /SOLID lzma
ShowInstDetails show
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache-2.0"

Var Data
Var Before

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION OpenWindow
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Indonesian"
!insertmacro MUI_LANGUAGE "English"
!include words.nsh

; ---- pre-flight ----

!macro Refuse TEXT
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel 2
  Abort
!macroend

Function .onInit
  SetShellVarContext all
  SetRegView 64
  !insertmacro MUI_LANGDLL_DISPLAY
  StrCpy $Data "$APPDATA\${NAME}"
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro Refuse "$(OldWindows)"
  ${EndIf}
  ${If} ${AtLeastBuild} ${TELLS_SSE42}
    System::Call "kernel32::IsProcessorFeaturePresent(i ${SSE42}) i .r0"
    ${If} $0 == 0
      !insertmacro Refuse "$(OldProcessor)"
    ${EndIf}
  ${EndIf}
  System::Call "kernel32::GetPhysicallyInstalledSystemMemory(*l .r0) i .r1"
  System::Int64Op $0 / 1024
  Pop $0
  ${If} $1 != 0
  ${AndIf} $0 < ${MEMORY_MB}
    !insertmacro Refuse "$(LittleMemory)"
  ${EndIf}
  ${GetRoot} "$INSTDIR" $0
  ${DriveSpace} "$0\" "/D=F /S=M" $1
  ${If} $1 < ${DISK_MB}
    !insertmacro Refuse "$(LittleDisk)"
  ${EndIf}
  ReadRegStr $Before HKLM "${KEY}" "DisplayVersion"
  ${If} $Before != ""
    ${VersionCompare} "$Before" "${VERSION}" $0
    ${If} $0 == 1
      !insertmacro Refuse "$(Newer)"
    ${EndIf}
  ${EndIf}
FunctionEnd

; ---- install ----

Section
  ${If} $Before != ""
    Call StopAndCopy
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}\*"
  ${If} ${FileExists} "$EXEDIR\*.gguf"
    DetailPrint "$(CopyingModel)"
    CopyFiles /SILENT "$EXEDIR\*.gguf" "$INSTDIR\models"
  ${EndIf}
  Call PrivateData
  Call MakeService
  Call OpenFirewall
  WriteRegExpandStr HKLM "${ENVIRONMENT}" "NEXUS_HOME" "$Data" ; every window and verb means this school
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortcut "$SMPROGRAMS\${NAME}\${NAME}.lnk" "$INSTDIR\nexus.exe" "open"
  CreateShortcut "$SMPROGRAMS\${NAME}\$(Doctor).lnk" "$SYSDIR\cmd.exe" '/k ""$INSTDIR\nexus.exe" doctor"'
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\nexus.exe" "open"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKLM "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "Publisher" "${NAME}"
  WriteRegStr HKLM "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${KEY}" "NoModify" 1
  nsExec::ExecToLog '"$SYSDIR\sc.exe" start ${SERVICE}'
  Pop $0
SectionEnd

; A proved copy of the data before anything is changed; without it everything stays as it is.
Function StopAndCopy
  nsExec::ExecToLog '"$SYSDIR\net.exe" stop ${SERVICE}'
  Pop $0
  DetailPrint "$(CopyingData)"
  System::Call 'kernel32::SetEnvironmentVariable(t "NEXUS_HOME", t "$Data")'
  nsExec::ExecToLog '"$INSTDIR\nexus.exe" snapshot take'
  Pop $0
  ${If} $0 != 0
    nsExec::ExecToLog '"$SYSDIR\sc.exe" start ${SERVICE}'
    Pop $0
    !insertmacro Refuse "$(CopyFailed)"
  ${EndIf}
  RMDir /r "$INSTDIR\_internal"
FunctionEnd

; SYSTEM and administrators, later the service too; nobody else.
Function PrivateData
  CreateDirectory "$Data"
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "$Data" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F'
  Pop $0
FunctionEnd

Function MakeService
  nsExec::ExecToLog '"$SYSDIR\sc.exe" query ${SERVICE}'
  Pop $0
  ${If} $0 != 0
    nsExec::ExecToLog '"$SYSDIR\sc.exe" create ${SERVICE} binPath= "\"$INSTDIR\nexus.exe\" service" start= delayed-auto obj= "NT SERVICE\${SERVICE}" DisplayName= "${NAME}"'
    Pop $0
    ${If} $0 != 0
      !insertmacro Refuse "$(NoService)"
    ${EndIf}
  ${EndIf}
  nsExec::ExecToLog '"$SYSDIR\sc.exe" sidtype ${SERVICE} unrestricted'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\sc.exe" failure ${SERVICE} reset= 86400 actions= restart/5000/restart/30000/restart/60000'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\sc.exe" failureflag ${SERVICE} 1'
  Pop $0
  nsExec::ExecToLog `"$SYSDIR\reg.exe" add "HKLM\${SETTINGS}" /v Environment /t REG_MULTI_SZ /d "NEXUS_HOME=$Data" /f`
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "$Data" /grant "NT SERVICE\${SERVICE}:(OI)(CI)M"'
  Pop $0
FunctionEnd

; By program and port, on private and domain networks; mDNS besides.
Function OpenFirewall
  nsExec::ExecToLog '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}"'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow program="$INSTDIR\nexus.exe" protocol=TCP localport=${PORTS} profile=private,domain'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow program="$INSTDIR\nexus.exe" protocol=UDP localport=5353 profile=private,domain'
  Pop $0
FunctionEnd

Function OpenWindow
  System::Call 'kernel32::SetEnvironmentVariable(t "NEXUS_HOME", t "$Data")'
  Exec '"$INSTDIR\nexus.exe" open'
FunctionEnd

; ---- uninstall ----

Function un.onInit
  SetShellVarContext all
  SetRegView 64
  !insertmacro MUI_UNGETLANGUAGE
  StrCpy $Data "$APPDATA\${NAME}"
FunctionEnd

Section Uninstall
  nsExec::ExecToLog '"$SYSDIR\net.exe" stop ${SERVICE}'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\sc.exe" delete ${SERVICE}'
  Pop $0
  nsExec::ExecToLog '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}"'
  Pop $0
  Delete "$DESKTOP\${NAME}.lnk"
  RMDir /r "$SMPROGRAMS\${NAME}"
  RMDir /r "$INSTDIR"
  DeleteRegValue HKLM "${ENVIRONMENT}" "NEXUS_HOME"
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
  DeleteRegKey HKLM "${KEY}"
  ${GetParameters} $0
  ${GetOptions} $0 "/DATA=" $1
  ${If} $1 == "delete"
    RMDir /r "$Data"
  ${Else}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DeleteData)" /SD IDNO IDNO kept
    RMDir /r "$Data"
    kept:
  ${EndIf}
SectionEnd
