<#
.SYNOPSIS
Make the program and its installer on a Windows machine: dist\nexus and dist\nexus-appliance-VERSION.exe.

.DESCRIPTION
Needs, each from its own installer or winget:
  Python 3.11            winget install Python.Python.3.11
  Visual C++ and CMake   winget install Microsoft.VisualStudio.2022.BuildTools (workload "Desktop development with C++")
  gcc of mingw-w64       winget install BrechtSanders.WinLibs.POSIX.UCRT
  NSIS                   winget install NSIS.NSIS
  Tesseract with ind     winget install UB-Mannheim.TesseractOCR (choose Indonesian under "Additional language data")
Packages come from the locks in requirements\, each checked against its hash. Nothing else is changed on the machine.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File installer\windows\build.ps1
#>
param([switch]$SkipTrial)

$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Find-Program([string]$Name, [string[]]$Places, [string]$Advice) {
    $found = Get-Command $Name -ErrorAction SilentlyContinue
    if ($found) { return $found.Source }
    foreach ($place in $Places) {
        $file = Join-Path $place "$Name.exe"
        if (Test-Path $file) { return $file }
    }
    throw "$Name was not found. $Advice"
}

function Invoke-Checked([string]$Program, [string[]]$Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with exit code $LASTEXITCODE" }
}

$launcher = Find-Program "py" @("$env:WINDIR") "winget install Python.Python.3.11"
$gcc = Find-Program "gcc" @() "winget install BrechtSanders.WinLibs.POSIX.UCRT, then open a new window"
$makensis = Find-Program "makensis" @("${env:ProgramFiles(x86)}\NSIS", "$env:ProgramFiles\NSIS") "winget install NSIS.NSIS"
$tesseract = Find-Program "tesseract" @("$env:ProgramFiles\Tesseract-OCR") "winget install UB-Mannheim.TesseractOCR"
if (-not (Test-Path (Join-Path (Split-Path $tesseract) "tessdata\ind.traineddata"))) {
    throw "Tesseract has no Indonesian. Install it again and choose Indonesian under 'Additional language data'."
}
$env:PATH = "$(Split-Path $tesseract);$(Split-Path $gcc);$env:PATH"

# llama.cpp by Visual C++, for gcc of mingw keeps the stack on 16 bytes and AVX wants 32; the encoder's build knows that
$env:CMAKE_GENERATOR = "Visual Studio 17 2022"
$env:PYTHONUTF8 = "1"

Invoke-Checked $launcher @("-3.11", "-m", "installer.bundle.build")
if (-not $SkipTrial) {
    $model = @("installer\source\models.py", "qwen2.5-coder-1.5b-instruct-q4_k_m")
    Invoke-Checked ".venv-bundle\Scripts\python.exe" $model
    Invoke-Checked $launcher @("-3.11", "-m", "installer.bundle.trial", "--plain")
}

$version = & $launcher -3.11 -c "import pathlib, tomllib; print(tomllib.loads(pathlib.Path('pyproject.toml').read_text('utf-8'))['project']['version'])"
$target = Join-Path (Get-Location) "dist\nexus-appliance-$version.exe"
$names = @("-DVERSION=$version", "-DBUNDLE=$(Join-Path (Get-Location) 'dist\nexus')", "-DOUT=$target")
Invoke-Checked $makensis (@("-V2", "-WX") + $names + @("installer\windows\nexus.nsi"))
Write-Output "$target"
