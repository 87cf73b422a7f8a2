"""What texts are about. People own the codebook; rules and a model apply it, a colleague's word counts more.

`rules` pure · `learning` the model trained on what colleagues said, with its agreement
`suggesting` topics nobody has named yet · `drivers` what topics go with which score
`reading` texts with their topics, to be listed and searched
"""
