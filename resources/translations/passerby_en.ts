<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>%n people online</source>
        <translation>
            <numerusform>%n person online</numerusform>
            <numerusform>%n people online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reachable, %n people online.</source>
        <translation>
            <numerusform>Reachable, %n person online.</numerusform>
            <numerusform>Reachable, %n people online.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreferencesPage</name>
    <message numerus="yes">
        <source>%n people blocked</source>
        <translation>
            <numerusform>%n person blocked</numerusform>
            <numerusform>%n people blocked</numerusform>
        </translation>
    </message>
</context>
</TS>
