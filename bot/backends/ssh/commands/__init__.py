"""What is sent to a host, as values: nothing is run here.

Every function returns the text of one shell script. All of them may be repeated after a cut connection: each looks
at what is there before it acts. Values enter only through `assign`, quoted; text that people type in chat never does.
"""
